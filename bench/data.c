/* mkdir() */
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data.h"
#include "database.h"
#include "shapes.h"

enum { GENERATOR = 2 /* is raised when it makes other data than before */ };

#define FOLDER "build/bench"

typedef enum Order { IN_ORDER, SHUFFLED, ZIPF } Order;

typedef struct Blog {
  const char *name;
  int users;
  Order order; /* of posts and comments in their tables, as seen from their parents */
  int words;   /* bytes of each body; 0: a short sentence */
} Blog;

static const Blog BLOGS[] = {{"tiny", 60, IN_ORDER, 0},      {"small", 1000, IN_ORDER, 0},
                             {"medium", 20000, IN_ORDER, 0}, {"scattered", 20000, SHUFFLED, 0},
                             {"skewed", 5000, ZIPF, 0},      {"text", 4000, IN_ORDER, 200}};

enum { POSTS_OF = 10, COMMENTS_OF = 5, TAGS = 200, REGIONS = 1000, HOLDERS = 1000, PARTS_OF = 10 };

/* splitmix64 */
static sqlite3_uint64 next(BenchChance *chance) {
  sqlite3_uint64 z = chance->state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

sqlite3_int64 benchDraw(BenchChance *chance, sqlite3_int64 below) {
  return (sqlite3_int64)(next(chance) % (sqlite3_uint64)below);
}

static void shuffle(BenchChance *chance, sqlite3_int64 *numbers, sqlite3_int64 count) {
  sqlite3_int64 i;
  for (i = count - 1; i > 0; i--) {
    sqlite3_int64 other = benchDraw(chance, i + 1), number = numbers[i];
    numbers[i] = numbers[other];
    numbers[other] = number;
  }
}

static int ascending(const void *a, const void *b) {
  sqlite3_int64 x = *(const sqlite3_int64 *)a, y = *(const sqlite3_int64 *)b;
  return (x > y) - (x < y);
}

sqlite3_int64 *benchPick(sqlite3_int64 of, int count, int together) {
  BenchChance chance = {(sqlite3_uint64)of * 1000 + (sqlite3_uint64)together};
  sqlite3_int64 i, *ids = benchAlloc((size_t)of * sizeof *ids);
  for (i = 0; i < of; i++) ids[i] = i + 1;
  shuffle(&chance, ids, of);
  for (i = 0; i + together <= count; i += together) {
    qsort(ids + i, (size_t)together, sizeof *ids, ascending);
  }
  return ids;
}

/* --- parents -------------------------------------------------------------------------------------- */

/* The parents, 1 to `parents`, some of them much oftener than others: the r-th by r to the -power. */
static void zipf(BenchChance *chance, double power, sqlite3_int64 *of, sqlite3_int64 count,
                 sqlite3_int64 parents) {
  double *upTo = benchAlloc((size_t)parents * sizeof *upTo), sum = 0;
  sqlite3_int64 i, *ranks = benchAlloc((size_t)parents * sizeof *ranks);
  for (i = 0; i < parents; i++) {
    sum += pow((double)(i + 1), -power);
    upTo[i] = sum;
    ranks[i] = i + 1;
  }
  shuffle(chance, ranks, parents);
  for (i = 0; i < count; i++) {
    double share = (double)(next(chance) >> 11) / 9007199254740992.0 * sum;
    sqlite3_int64 low = 0, high = parents - 1;
    while (low < high) {
      sqlite3_int64 middle = (low + high) / 2;
      if (upTo[middle] < share) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    of[i] = ranks[low];
  }
  free(upTo);
  free(ranks);
}

/* The parent of each of `count` children; freed by free(). */
static sqlite3_int64 *parentsOf(BenchChance *chance, Order order, double power, sqlite3_int64 count,
                                sqlite3_int64 parents) {
  sqlite3_int64 i, *of = benchAlloc((size_t)count * sizeof *of);
  if (order == ZIPF) {
    zipf(chance, power, of, count, parents);
    return of;
  }
  for (i = 0; i < count; i++) of[i] = 1 + i * parents / count;
  if (order == SHUFFLED) shuffle(chance, of, count);
  return of;
}

/* --- values --------------------------------------------------------------------------------------- */

static const char *const WORDS[] = {
    "boat",         "plank",  "steam", "rye",          "salt",    "oven",        "wheel",
    "bicycle",      "stone",  "river", "na\xc3\xafve", "kitchen", "ladder",      "morning",
    "\"quoted\"",   "and",    "the",   "of",           "with",    "caf\xc3\xa9", "rope",
    "winter",       "letter", "house", "copper",       "tar",     "it's",        "sail",
    "\xe6\x9c\xa8", "bronze", "a\\b",  "lamp"};

static void bindText(sqlite3_stmt *statement, int place, const char *text) {
  sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
}

/* Words to about so many bytes, at most 1,000. */
static void bindWords(sqlite3_stmt *statement, int place, BenchChance *chance, int bytes) {
  char text[1100];
  size_t length = 0;
  while (length < (size_t)bytes) {
    const char *word = WORDS[benchDraw(chance, sizeof WORDS / sizeof *WORDS)];
    size_t size = strlen(word);
    if (length > 0) text[length++] = ' ';
    memcpy(text + length, word, size);
    length += size;
  }
  text[length] = '\0';
  bindText(statement, place, text);
}

static void bindFormat(sqlite3_stmt *statement, int place, const char *format, sqlite3_int64 n) {
  char text[200];
  sqlite3_snprintf(sizeof text, text, format, n);
  bindText(statement, place, text);
}

/* Odd hundredths: never whole, and written alike everywhere. */
static void bindHundredths(sqlite3_stmt *statement, int place, BenchChance *chance, int below) {
  sqlite3_bind_double(statement, place, (double)(2 * benchDraw(chance, below * 50) + 1) / 100.0);
}

/* A few per cent are NULL. */
static void bindSome(sqlite3_stmt *statement, int place, BenchChance *chance,
                     sqlite3_int64 number) {
  if (benchDraw(chance, 100) < 4) {
    sqlite3_bind_null(statement, place);
  } else {
    sqlite3_bind_int64(statement, place, number);
  }
}

static void bindMoment(sqlite3_stmt *statement, int place, BenchChance *chance) {
  char text[40];
  sqlite3_snprintf(sizeof text, text, "20%02d-%02d-%02dT%02d:%02d:00Z",
                   20 + (int)benchDraw(chance, 5), 1 + (int)benchDraw(chance, 12),
                   1 + (int)benchDraw(chance, 28), (int)benchDraw(chance, 24),
                   (int)benchDraw(chance, 60));
  bindText(statement, place, text);
}

/* --- users, posts and comments -------------------------------------------------------------------- */

static void makeUsers(sqlite3 *db, BenchChance *chance, int users) {
  sqlite3_stmt *statement = benchPrepare(db, "INSERT INTO users VALUES(?, ?, ?, ?, ?, ?, ?)");
  int i;
  for (i = 1; i <= users; i++) {
    sqlite3_bind_int64(statement, 1, i);
    bindFormat(statement, 2, i % 20 == 0 ? "Zo\xc3\xab M\xc3\xbcller %lld" : "User %lld", i);
    bindFormat(statement, 3, "user%lld@example.com", i);
    bindSome(statement, 4, chance, 18 + benchDraw(chance, 60));
    if (i % 33 == 0) {
      sqlite3_bind_null(statement, 5);
    } else {
      bindFormat(statement, 5, "City %lld", benchDraw(chance, 100));
    }
    bindHundredths(statement, 6, chance, 100);
    bindMoment(statement, 7, chance);
    benchFinish(statement);
  }
  sqlite3_finalize(statement);
}

static void makePosts(sqlite3 *db, BenchChance *chance, const Blog *blog) {
  sqlite3_stmt *statement = benchPrepare(db, "INSERT INTO posts VALUES(?, ?, ?, ?, ?, ?, ?)");
  sqlite3_int64 i, count = (sqlite3_int64)blog->users * POSTS_OF;
  sqlite3_int64 *owners = parentsOf(chance, blog->order, 0.88, count, blog->users);
  for (i = 1; i <= count; i++) {
    sqlite3_bind_int64(statement, 1, i);
    sqlite3_bind_int64(statement, 2, owners[i - 1]);
    bindFormat(statement, 3, "Title of post %lld", i);
    if (blog->words > 0) {
      bindWords(statement, 4, chance, blog->words);
    } else {
      bindFormat(statement, 4, "The body of post number %lld, which is a little longer.", i);
    }
    bindSome(statement, 5, chance, benchDraw(chance, 5000));
    bindHundredths(statement, 6, chance, 5);
    bindMoment(statement, 7, chance);
    benchFinish(statement);
  }
  sqlite3_finalize(statement);
  free(owners);
}

static void makeComments(sqlite3 *db, BenchChance *chance, const Blog *blog) {
  sqlite3_stmt *statement = benchPrepare(db, "INSERT INTO comments VALUES(?, ?, ?, ?, ?, ?)");
  sqlite3_int64 i, posts = (sqlite3_int64)blog->users * POSTS_OF, count = posts * COMMENTS_OF;
  sqlite3_int64 *owners = parentsOf(chance, blog->order, 0.7, count, posts);
  for (i = 1; i <= count; i++) {
    sqlite3_bind_int64(statement, 1, i);
    sqlite3_bind_int64(statement, 2, owners[i - 1]);
    sqlite3_bind_int64(statement, 3, 1 + benchDraw(chance, blog->users));
    if (i % 50 == 0) {
      sqlite3_bind_null(statement, 4);
    } else if (blog->words > 0) {
      bindWords(statement, 4, chance, blog->words);
    } else {
      bindFormat(statement, 4,
                 i % 4 ? "Comment %lld says that this is quite another thing."
                       : "Comment %lld: \"Well, that is quite another thing.\"",
                 i);
    }
    sqlite3_bind_int64(statement, 5, benchDraw(chance, 40));
    bindMoment(statement, 6, chance);
    benchFinish(statement);
  }
  sqlite3_finalize(statement);
  free(owners);
}

/* Two or three tags for each post. */
static void makeTags(sqlite3 *db, BenchChance *chance, const Blog *blog) {
  sqlite3_stmt *statement = benchPrepare(db, "INSERT INTO tags VALUES(?, ?)");
  sqlite3_int64 i, tag, posts = (sqlite3_int64)blog->users * POSTS_OF;
  for (i = 1; i <= TAGS; i++) {
    sqlite3_bind_int64(statement, 1, i);
    bindFormat(statement, 2, "tag %lld", i);
    benchFinish(statement);
  }
  sqlite3_finalize(statement);
  statement = benchPrepare(db, "INSERT OR IGNORE INTO post_tags VALUES(?, ?)");
  for (i = 1; i <= posts; i++) {
    for (tag = benchDraw(chance, 2) + 2; tag > 0; tag--) {
      sqlite3_bind_int64(statement, 1, i);
      sqlite3_bind_int64(statement, 2, 1 + benchDraw(chance, TAGS));
      benchFinish(statement);
    }
  }
  sqlite3_finalize(statement);
}

static void makeBlog(sqlite3 *db, const Blog *blog) {
  BenchChance chance = {(sqlite3_uint64)blog->users + blog->order};
  benchExec(db, "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, email TEXT, age INTEGER,"
                " city TEXT, score REAL, created_at TEXT);"
                "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users,"
                " title TEXT, body TEXT, views INTEGER, rating REAL, created_at TEXT);"
                "CREATE TABLE comments(id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts,"
                " author_id INTEGER REFERENCES users, body TEXT, likes INTEGER, created_at TEXT);"
                "CREATE TABLE tags(id INTEGER PRIMARY KEY, name TEXT);"
                "CREATE TABLE post_tags(post_id INTEGER REFERENCES posts,"
                " tag_id INTEGER REFERENCES tags, PRIMARY KEY(post_id, tag_id)) WITHOUT ROWID;");
  makeUsers(db, &chance, blog->users);
  makePosts(db, &chance, blog);
  makeComments(db, &chance, blog);
  makeTags(db, &chance, blog);
  benchExec(db, "CREATE INDEX posts_user ON posts(user_id);"
                "CREATE INDEX comments_post ON comments(post_id);"
                "CREATE INDEX comments_author ON comments(author_id);"
                "CREATE INDEX post_tags_tag ON post_tags(tag_id);");
}

/* --- the other datasets --------------------------------------------------------------------------- */

/* Six levels, each row of which has two or three below it. */
static void makeDeep(sqlite3 *db) {
  static const struct {
    const char *table, *parent, *key, *label;
    int fanOut;
  } LEVELS[] = {{"cities", "regions", "region_id", "name TEXT, mayor TEXT", 3},
                {"districts", "cities", "city_id", "name TEXT, people INTEGER", 3},
                {"streets", "districts", "district_id", "name TEXT, width REAL", 3},
                {"houses", "streets", "street_id", "number TEXT, built INTEGER", 2},
                {"persons", "houses", "house_id", "name TEXT, age INTEGER", 2}};
  BenchChance chance = {6};
  sqlite3_int64 rows = REGIONS, row;
  sqlite3_stmt *statement;
  size_t i;
  benchExec(db, "CREATE TABLE regions(id INTEGER PRIMARY KEY, name TEXT, area REAL)");
  statement = benchPrepare(db, "INSERT INTO regions VALUES(?, ?, ?)");
  for (row = 1; row <= rows; row++) {
    sqlite3_bind_int64(statement, 1, row);
    bindFormat(statement, 2, "Region %lld", row);
    bindHundredths(statement, 3, &chance, 10000);
    benchFinish(statement);
  }
  sqlite3_finalize(statement);
  for (i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++) {
    char *sql = sqlite3_mprintf("CREATE TABLE %s(id INTEGER PRIMARY KEY, %s INTEGER REFERENCES %s,"
                                " %s); CREATE INDEX %s_of ON %s(%s)",
                                LEVELS[i].table, LEVELS[i].key, LEVELS[i].parent, LEVELS[i].label,
                                LEVELS[i].table, LEVELS[i].table, LEVELS[i].key);
    benchExec(db, sql);
    sqlite3_free(sql);
    sql = sqlite3_mprintf("INSERT INTO %s VALUES(?, ?, ?, ?)", LEVELS[i].table);
    statement = benchPrepare(db, sql);
    sqlite3_free(sql);
    rows *= LEVELS[i].fanOut;
    for (row = 1; row <= rows; row++) {
      sqlite3_bind_int64(statement, 1, row);
      sqlite3_bind_int64(statement, 2, 1 + (row - 1) / LEVELS[i].fanOut);
      bindFormat(statement, 3, "This is number %lld", row);
      if (strstr(LEVELS[i].label, "REAL") != NULL) {
        bindHundredths(statement, 4, &chance, 30);
      } else if (strstr(LEVELS[i].label, "mayor") != NULL) {
        bindWords(statement, 4, &chance, 12);
      } else {
        bindSome(statement, 4, &chance, benchDraw(&chance, 2000));
      }
      benchFinish(statement);
    }
    sqlite3_finalize(statement);
  }
}

/* Text, a number, a fraction, a moment, and now and then nothing. */
static void bindWide(sqlite3_stmt *statement, int from, int until, BenchChance *chance) {
  int place;
  for (place = from; place <= until; place++) {
    if (place % 4 == 0) {
      bindWords(statement, place, chance, 15);
    } else if (place % 4 == 1) {
      bindSome(statement, place, chance, benchDraw(chance, (sqlite3_int64)1 << (place % 40 + 1)));
    } else if (place % 4 == 2) {
      bindHundredths(statement, place, chance, 1000);
    } else {
      bindMoment(statement, place, chance);
    }
  }
}

/* A table of the shape `parts`: its id, the owner's where it has one, and the rest. */
static void makeWideTable(sqlite3 *db, const BenchLevel *level, int rows) {
  static const char *const TYPES[] = {"TEXT", "INTEGER", "REAL", "TEXT"};
  BenchChance chance = {(sqlite3_uint64)rows};
  sqlite3_str *create = sqlite3_str_new(db), *insert = sqlite3_str_new(db);
  int i, from = level->key != NULL ? 3 : 2;
  sqlite3_stmt *statement;
  char *sql;
  sqlite3_str_appendf(create, "CREATE TABLE %s(id INTEGER PRIMARY KEY", level->table);
  sqlite3_str_appendf(insert, "INSERT INTO %s VALUES(?", level->table);
  for (i = 1; i < level->columnCount; i++) {
    sqlite3_str_appendf(create, ", %s %s", level->columns[i],
                        i + 1 < from ? "INTEGER REFERENCES holders" : TYPES[(i + 1) % 4]);
    sqlite3_str_appendall(insert, ", ?");
  }
  sqlite3_str_appendall(create, ")");
  sqlite3_str_appendall(insert, ")");
  sql = sqlite3_str_finish(create);
  benchExec(db, sql);
  sqlite3_free(sql);
  sql = sqlite3_str_finish(insert);
  statement = benchPrepare(db, sql);
  sqlite3_free(sql);
  for (i = 1; i <= rows; i++) {
    sqlite3_bind_int64(statement, 1, i);
    if (from == 3) sqlite3_bind_int64(statement, 2, 1 + (i - 1) / PARTS_OF);
    bindWide(statement, from, level->columnCount, &chance);
    benchFinish(statement);
  }
  sqlite3_finalize(statement);
}

static void makeWide(sqlite3 *db) {
  const BenchLevel *holders = benchShape("parts")->root;
  makeWideTable(db, holders, HOLDERS);
  makeWideTable(db, holders->children[0], HOLDERS * PARTS_OF);
  benchExec(db, "CREATE INDEX parts_holder ON parts(holder_id)");
}

/* --- files ---------------------------------------------------------------------------------------- */

static int upToDate(const char *path) {
  sqlite3 *db;
  sqlite3_stmt *statement;
  int version = 0;
  if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
    statement = benchTry(db, "PRAGMA user_version");
    if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW) {
      version = sqlite3_column_int(statement, 0);
    }
    sqlite3_finalize(statement);
  }
  sqlite3_close(db);
  return version == GENERATOR;
}

/* A tree of tables, ten below each, with their relationships; and one that has none yet. */
static void makeDeclared(sqlite3 *db, int count) {
  int i;
  benchLoad(db);
  benchExec(db, "CREATE TABLE t0(id INTEGER PRIMARY KEY, name TEXT);"
                "CREATE TABLE plain(id INTEGER PRIMARY KEY, t0_id INTEGER REFERENCES t0);"
                "CREATE INDEX plain_t0 ON plain(t0_id);"
                "INSERT INTO t0 VALUES(1, 'one'); INSERT INTO plain VALUES(1, 1), (2, 1);");
  for (i = 1; i <= count; i++) {
    char *sql = sqlite3_mprintf("CREATE TABLE t%d(id INTEGER PRIMARY KEY, owner_id INTEGER"
                                " REFERENCES t%d); CREATE INDEX t%d_owner ON t%d(owner_id)",
                                i, (i - 1) / 10, i, i);
    benchExec(db, sql);
    sqlite3_free(sql);
  }
  benchExec(db, "INSERT INTO relationship(owner, name, target) SELECT f.\"table\", s.name, s.name"
                " FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f"
                " WHERE s.type = 'table' AND s.name <> 'plain'");
}

static void makeInto(sqlite3 *db, const char *dataset) {
  size_t i;
  for (i = 0; i < sizeof BLOGS / sizeof *BLOGS; i++) {
    if (strcmp(BLOGS[i].name, dataset) == 0) {
      makeBlog(db, &BLOGS[i]);
      return;
    }
  }
  if (strcmp(dataset, "deep") == 0) {
    makeDeep(db);
  } else if (strcmp(dataset, "wide") == 0) {
    makeWide(db);
  } else if (strncmp(dataset, "rows-", 5) == 0) {
    Blog blog = {dataset, atoi(dataset + 5), IN_ORDER, 0};
    makeBlog(db, &blog);
  } else if (strncmp(dataset, "declared-", 9) == 0) {
    makeDeclared(db, atoi(dataset + 9));
  } else {
    benchFail("no dataset %s (there are: tiny, small, medium, scattered, skewed, text, deep, wide)",
              dataset);
  }
}

/* Under another name until it is whole. */
static void make(const char *dataset, const char *path) {
  char *unfinished = sqlite3_mprintf("%s.new", path), *sql;
  sqlite3 *db;
  mkdir("build", 0777);
  mkdir(FOLDER, 0777);
  remove(unfinished);
  fprintf(stderr, "making %s\n", path);
  if (sqlite3_open(unfinished, &db) != SQLITE_OK) benchFail("%s: cannot be made", unfinished);
  benchExec(db, "PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -400000;"
                "BEGIN");
  makeInto(db, dataset);
  sql = sqlite3_mprintf("COMMIT; ANALYZE; PRAGMA user_version = %d", GENERATOR);
  benchExec(db, sql);
  sqlite3_free(sql);
  sqlite3_close(db);
  if (rename(unfinished, path) != 0) benchFail("%s: cannot be made", path);
  sqlite3_free(unfinished);
}

char *benchData(const char *dataset) {
  char *path = sqlite3_mprintf(FOLDER "/%s.db", dataset);
  if (!upToDate(path)) make(dataset, path);
  return path;
}

char *benchDeclared(int count) {
  char *dataset = sqlite3_mprintf("declared-%d", count), *path = benchData(dataset);
  sqlite3_free(dataset);
  return path;
}

void benchCopy(const char *dataset, const char *path) {
  char *from = benchData(dataset), *sql = sqlite3_mprintf("VACUUM INTO %Q", path);
  sqlite3 *db;
  remove(path);
  if (sqlite3_open(from, &db) != SQLITE_OK) benchFail("%s: %s", from, sqlite3_errmsg(db));
  benchExec(db, sql);
  sqlite3_close(db);
  sqlite3_free(sql);
  sqlite3_free(from);
}
