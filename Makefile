# make help lists the targets; V=1 shows the commands. Everything is built into build/.

CFLAGS ?= -O2
PREFIX ?= /usr/local
libdir ?= $(PREFIX)/lib

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
LANGUAGE := -std=c11 $(WARNINGS) -Iext -Ibuild/gen
# A name that nobody defines is an error here already, not only when the extension is loaded.
ifeq ($(shell uname),Linux)
WHOLE := -Wl,-z,defs
endif
TEST_LIBS := -lcheck -lsubunit -lsqlite3 -lm -lrt -lpthread
SANITIZE := -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

EXT := $(sort $(wildcard ext/*.c ext/*/*.c))
SUITES := $(sort $(wildcard tests/unit/test_*.c))
UNIT := tests/unit/main.c $(SUITES)
GOLDEN := tests/golden.c
TEMPLATES := $(sort $(filter-out sql/demo%.sql,$(wildcard sql/*.sql)) $(wildcard sql/enforce/*.sql))
SOURCES := $(sort $(wildcard ext/*.[ch] ext/*/*.[ch] tests/*.[ch] tests/*/*.[ch] bench/*.[ch]))
GENERATED := build/gen/templates.h build/gen/suites.inc

# Each flavour compiles into its own folder: obj is the loadable extension, core the same sources
# linked straight to SQLite for the tests, sanitize those under ASan and UBSan.
OBJ := $(EXT:%.c=build/obj/%.o)
CORE := $(EXT:%.c=build/core/%.o)
SANITIZED := $(EXT:%.c=build/sanitize/%.o)

Q := $(if $(V),,@)
MAKEFLAGS += --jobs=$(shell nproc 2>/dev/null || echo 2)

.PHONY: all help demo test versions soak bench sanitize valgrind instructions lint format golden-update readme-update install clean
.PHONY: deps deps-build deps-test deps-valgrind deps-lint
.DELETE_ON_ERROR:
.SECONDARY:

all: build/relationship.so

help:
	@echo 'make                build/relationship.so'
	@echo 'make demo           the main job, on a demo database, statement by statement'
	@echo 'make test           all tests'
	@echo 'make versions       the tests on the oldest and the newest SQLite (needs npm)'
	@echo 'make soak           random worlds, impact, selections and saves, each for SOAK_MINUTES (60);'
	@echo '                    SEED=n plays one of them again'
	@echo 'make bench          speed, as ratios against hand-written SQL and others in the same run'
	@echo 'make sanitize       unit and golden tests under ASan and UBSan'
	@echo 'make valgrind       unit and golden tests under valgrind'
	@echo 'make instructions   machine instructions per row fetched, under valgrind, held to what they were'
	@echo 'make lint           clang warnings and the layout'
	@echo 'make format         lays the sources out'
	@echo 'make golden-update  accepts what the golden tests print now'
	@echo 'make readme-update  accepts what the blocks of README.md print now'
	@echo 'make install        copies the extension to $(libdir)/sqlite3 (PREFIX, libdir, DESTDIR)'
	@echo 'make deps           installs what building and testing need (the targets do so themselves)'
	@echo 'make clean          removes build/'

# --- building -------------------------------------------------------------------------------------

build/relationship.so: $(OBJ)
	@echo 'linking $@'
	$(Q)$(CC) -shared $(WHOLE) $(CFLAGS) $(LDFLAGS) -o $@ $^

build/obj/%.o: %.c | $(GENERATED) deps-build
	@mkdir -p $(@D)
	@echo 'compiling $@'
	$(Q)$(CC) $(LANGUAGE) -fPIC -fvisibility=hidden -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

build/core/%.o: %.c | $(GENERATED) deps-test
	@mkdir -p $(@D)
	@echo 'compiling $@'
	$(Q)$(CC) $(LANGUAGE) -DSQLITE_CORE -Itests -g -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

build/sanitize/%.o: %.c | $(GENERATED) deps-test
	@mkdir -p $(@D)
	@echo 'compiling $@'
	$(Q)$(CC) $(LANGUAGE) -DSQLITE_CORE -Itests $(SANITIZE) -MMD -MP $(CPPFLAGS) -c -o $@ $<

build/core/unit: $(CORE) $(UNIT:%.c=build/core/%.o)
build/core/golden: $(CORE) $(GOLDEN:%.c=build/core/%.o)
# A user's program: it loads the extension, and runs on whatever SQLite is there.
BENCH := bench cells data database deletes direct extras fresh measure peers shapes sides sql text writes
build/bench/bench: $(BENCH:%=build/bench/obj/%.o)
	@echo 'linking $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lsqlite3 -lm

build/bench/obj/%.o: bench/%.c | deps-build
	@mkdir -p $(@D)
	@echo 'compiling $@'
	$(Q)$(CC) -std=c11 $(WARNINGS) -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

build/core/bench-%: $(CORE) build/core/bench/%.o
	@echo 'linking $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lsqlite3 -lm

build/core/unit build/core/golden:
	@echo 'linking $@'
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS)

build/sanitize/unit: $(SANITIZED) $(UNIT:%.c=build/sanitize/%.o)
build/sanitize/golden: $(SANITIZED) $(GOLDEN:%.c=build/sanitize/%.o)
build/sanitize/unit build/sanitize/golden:
	@echo 'linking $@'
	$(Q)$(CC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(TEST_LIBS)

# The folders are prerequisites, too: a file that goes must leave what is generated from it.
build/gen/templates.h: sql/embed.awk $(TEMPLATES) sql $(wildcard sql/enforce)
	@mkdir -p $(@D)
	@LC_ALL=C awk -f sql/embed.awk $(TEMPLATES) </dev/null >$@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

# tests/unit/test_base.c has the suite relTestBase.
build/gen/suites.inc: tests/unit
	@mkdir -p $(@D)
	@for file in $(SUITES:tests/unit/test_%.c=%); do echo "$$file"; done | \
	  awk '{ n = split($$0, w, "_"); for (i = 1; i <= n; i++) \
	    name = name toupper(substr(w[i], 1, 1)) substr(w[i], 2); \
	    print "SUITE(relTest" name ")"; name = "" }' >$@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

-include $(shell find build -name '*.d' 2>/dev/null)

# --- trying and testing ---------------------------------------------------------------------------

demo: build/relationship.so deps-test
	@rm -f build/demo.db build/demo-copy.db
	@sqlite3 build/demo.db <sql/demo.sql
	@sqlite3 build/demo.db <sql/demo-tour.sql
	@sqlite3 build/demo-copy.db <sql/demo-without.sql

test: build/relationship.so build/core/unit build/core/golden build/bench/bench
	@tests/run build/core/unit 'tests/run_golden build/core/golden' tests/run_readme \
	  tests/run_dump tests/run_migrations 'tests/check_exports build/relationship.so' tests/check_includes \
	  tests/check_rules tests/run_alchemy tests/run_loaders tests/run_worlds tests/run_selections \
	  tests/run_script tests/run_diagrams tests/run_check tests/run_impact tests/run_saves \
	  tests/run_bench

versions: build/relationship.so build/core/unit build/core/golden
	@tests/run_versions

SOAK_MINUTES := 60

soak: build/relationship.so
	@tests/run_worlds $(if $(SEED),--seed $(SEED),--minutes $(SOAK_MINUTES))
	@tests/run_impact $(if $(SEED),--seed $(SEED),--minutes $(SOAK_MINUTES))
	@tests/run_selections $(if $(SEED),--seed $(SEED),--minutes $(SOAK_MINUTES))
	@tests/run_saves $(if $(SEED),--seed $(SEED),--minutes $(SOAK_MINUTES))

bench: build/bench/bench build/core/bench-json build/relationship.so deps-bench
	@bench/run
	@build/core/bench-json
	@/usr/bin/python3 -B bench/saves.py build/relationship

sanitize: build/sanitize/unit build/sanitize/golden
	@CK_FORK=no tests/run build/sanitize/unit 'tests/run_golden build/sanitize/golden'

VALGRIND := valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect

valgrind: build/core/unit build/core/golden deps-valgrind
	@CK_FORK=no WRAPPER='$(VALGRIND)' tests/run '$(VALGRIND) build/core/unit' \
	  'tests/run_golden build/core/golden'

instructions: build/bench/bench build/relationship.so deps-valgrind
	@tests/run_instructions

golden-update: build/core/golden
	@tests/run_golden --update build/core/golden

readme-update: build/relationship.so deps-test
	@tests/run_readme --update

lint: $(GENERATED) deps-test deps-lint
	clang -fsyntax-only $(LANGUAGE) -Werror $(EXT)
	clang -fsyntax-only $(LANGUAGE) -Werror -DSQLITE_CORE -Itests $(EXT) $(UNIT) $(GOLDEN)
	clang -fsyntax-only $(LANGUAGE) -Werror $(BENCH:%=bench/%.c)
	clang-format --dry-run -Werror $(SOURCES)

format: deps-lint
	clang-format -i $(SOURCES)

install: build/relationship.so
	install -d $(DESTDIR)$(libdir)/sqlite3
	install -m 644 build/relationship.so $(DESTDIR)$(libdir)/sqlite3/
	@echo 'In SQL: .load $(libdir)/sqlite3/relationship'

clean:
	rm -rf build

# --- what must be on the machine ------------------------------------------------------------------

# $(call need,THING=PACKAGE ...): installs the packages whose thing is missing. A thing is a header
# (.h), a file (/...) or a command. Silent where nothing is missing.
need = @missing=; for pair in $(1); do thing=$${pair%=*}; package=$${pair\#*=}; case $$thing in \
	  *.h) echo "\#include <$$thing>" | $(CC) -E -x c - >/dev/null 2>&1 ;; \
	  /*) test -e $$thing ;; \
	  *) command -v $$thing >/dev/null ;; \
	esac || missing="$$missing $$package"; done; \
	test -z "$$missing" || { echo "installing:$$missing"; \
	  command -v apt-get >/dev/null || { echo "no apt-get here: please install them by hand" >&2; exit 1; }; \
	  $(sudo) apt-get -q update && \
	  $(sudo) env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends $$missing; }
sudo := $(if $(filter-out 0,$(shell id -u)),sudo)

deps: deps-test

# One after the other: two apt-gets would wait for each other's lock.
deps-build:
	$(call need,$(CC)=gcc stdio.h=libc6-dev sqlite3ext.h=libsqlite3-dev)

deps-test: deps-build
	$(call need,check.h=check sqlite3=sqlite3 nm=binutils python3=python3 dot=graphviz \
	  /usr/bin/python3=python3 /usr/lib/python3/dist-packages/sqlalchemy=python3-sqlalchemy)

deps-valgrind: deps-test
	$(call need,valgrind=valgrind /usr/share/doc/libc6-dbg=libc6-dbg)

deps-lint: deps-valgrind
	$(call need,clang=clang clang-format=clang-format)

# What the benchmarks' peers need; Node's packages go into build/bench/node.
.PHONY: deps-bench
deps-bench: deps-test
	$(call need,/usr/lib/python3/dist-packages/django=python3-django ruby=ruby \
	  /usr/share/doc/ruby-activerecord=ruby-activerecord /usr/share/doc/ruby-sqlite3=ruby-sqlite3)
	$(if $(shell command -v npm),$(call need,c++=g++))
	@bench/peers/install_node
