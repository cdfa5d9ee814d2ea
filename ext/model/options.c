#include "model/options.h"

#include "base/token.h"

#include <stdarg.h>

void relRefuse(RelError *error, const Relationship *relationship, const char *format, ...) {
  va_list arguments;
  char *why;
  if (error->rc != SQLITE_OK) return;
  va_start(arguments, format);
  why = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  if (why == NULL) relErrorNoMemory(error);
  relErrorSet(error, SQLITE_ERROR, "relationship: %s: %s", relationship->label, why);
  sqlite3_free(why);
}

static const char *given(const Relationship *relationship, RelField field) {
  return relationship->declaration.fields[field];
}

/* The words, comma-separated, for an error that lists what there is. The caller owns it. */
static char *wordList(RelError *error, const char *const *words) {
  RelText list;
  int i;
  relTextStart(&list, error);
  for (i = 0; words[i] != NULL; i++) relTextFormat(&list, "%s%s", i ? ", " : "", words[i]);
  return relTextFinish(&list);
}

static void refuseWord(RelError *error, const Relationship *relationship, RelField field,
                       const char *word, const char *const *words) {
  RelNearest nearest = {word, NULL, 0};
  char *list = wordList(error, words);
  int i;
  for (i = 0; words[i] != NULL; i++) relNearestOffer(&nearest, words[i]);
  if (nearest.best != NULL) {
    relRefuse(error, relationship, "%s: unknown word \"%s\"; did you mean \"%s\"? (there are: %s)",
              relFieldName(field), word, nearest.best, list);
  } else {
    relRefuse(error, relationship, "%s: unknown word \"%s\"; there are: %s", relFieldName(field),
              word, list);
  }
  sqlite3_free(list);
}

/* Which of the words a field says; -1 where it is not given or unknown (then refused). */
static int wordOf(RelError *error, const Relationship *relationship, RelField field,
                  const char *const *words) {
  const char *word = given(relationship, field);
  int i;
  if (word == NULL) return -1;
  for (i = 0; words[i] != NULL; i++) {
    if (relSame(words[i], word)) return i;
  }
  refuseWord(error, relationship, field, word, words);
  return -1;
}

static int flagOf(RelError *error, const Relationship *relationship, RelField field,
                  int defaultValue) {
  const char *word = given(relationship, field);
  if (word == NULL) return defaultValue;
  if (relSame(word, "1") || relSame(word, "true")) return 1;
  if (relSame(word, "0") || relSame(word, "false")) return 0;
  relRefuse(error, relationship, "%s is 0 or 1, not \"%s\"", relFieldName(field), word);
  return defaultValue;
}

static const struct CascadeWord {
  const char *word;
  unsigned flags;
} CASCADE_WORDS[] = {
    {"save-update", REL_SAVE_UPDATE},
    {"merge", REL_MERGE},
    {"delete", REL_DELETE},
    {"delete-orphan", REL_DELETE_ORPHAN},
    {"refresh-expire", REL_REFRESH_EXPIRE},
    {"expunge", REL_EXPUNGE},
    {"all", REL_CASCADE_ALL},
    {"none", 0},
};
enum { CASCADE_WORD_COUNT = sizeof CASCADE_WORDS / sizeof *CASCADE_WORDS };

static unsigned cascadeWord(RelError *error, const Relationship *relationship, const char *word) {
  const char *words[CASCADE_WORD_COUNT + 1] = {NULL};
  int i;
  for (i = 0; i < CASCADE_WORD_COUNT; i++) {
    if (relSame(CASCADE_WORDS[i].word, word)) return CASCADE_WORDS[i].flags;
    words[i] = CASCADE_WORDS[i].word;
  }
  refuseWord(error, relationship, REL_FIELD_CASCADE, word, words);
  return 0;
}

/* Comma-separated words between optional blanks; an empty text is "none". */
static unsigned readCascade(RelError *error, const Relationship *relationship) {
  const char *text = given(relationship, REL_FIELD_CASCADE);
  unsigned flags = 0;
  if (text == NULL) return REL_SAVE_UPDATE | REL_MERGE;
  while (*text) {
    size_t length = strcspn(text, ","), from = strspn(text, " \t\r\n"), to = length;
    char *word;
    while (to > from && strchr(" \t\r\n", text[to - 1])) to--;
    if (from > to) from = to;
    word = relCopyBytes(error, text + from, to - from);
    if (word != NULL && (*word || text[length])) flags |= cascadeWord(error, relationship, word);
    sqlite3_free(word);
    text += length + (text[length] == ',');
  }
  return flags;
}

static const char *const LAZY_WORDS[] = {
    "select",       "selectin", "joined",  "subquery",   "immediate", "raise",
    "raise_on_sql", "noload",   "dynamic", "write_only", NULL};
static const char *const PASSIVE_DELETES_WORDS[] = {"0", "1", "all", "false", "true", NULL};
static const char *const ON_DELETE_WORDS[] = {"cascade",  "set null",  "set default",
                                              "restrict", "no action", NULL};

static const char *const INNERJOIN_WORDS[] = {"0",      "1",        "false", "true",
                                              "nested", "unnested", NULL};

static void checkJoinDepth(RelError *error, const Relationship *relationship) {
  const char *text = given(relationship, REL_FIELD_JOIN_DEPTH);
  if (text == NULL) return;
  if (*text == 0 || strspn(text, "0123456789") != strlen(text) || strlen(text) > 9) {
    relRefuse(error, relationship, "join_depth is a number of levels, not \"%s\"", text);
  }
}

void relOptionsRead(RelError *error, Relationship *relationship) {
  relationship->viewonly = flagOf(error, relationship, REL_FIELD_VIEWONLY, 0);
  relationship->cascade = readCascade(error, relationship);
  switch (wordOf(error, relationship, REL_FIELD_PASSIVE_DELETES, PASSIVE_DELETES_WORDS)) {
  case 1:
  case 4:
    relationship->passiveDeletes = REL_PASSIVE_YES;
    break;
  case 2:
    relationship->passiveDeletes = REL_PASSIVE_ALL;
    break;
  default:
    break;
  }
  relationship->orderBy = given(relationship, REL_FIELD_ORDER_BY);
  wordOf(error, relationship, REL_FIELD_LAZY, LAZY_WORDS);
  relationship->carries = !flagOf(error, relationship, REL_FIELD_PASSIVE_UPDATES, 1);
  wordOf(error, relationship, REL_FIELD_INNERJOIN, INNERJOIN_WORDS);
  relationship->singleParent = flagOf(error, relationship, REL_FIELD_SINGLE_PARENT, 0);
  relationship->postUpdate = flagOf(error, relationship, REL_FIELD_POST_UPDATE, 0);
  checkJoinDepth(error, relationship);
}

/* Whose word it is that the relationship writes nothing: the declaration's, or a view's. */
static const char *viewonlySubject(const Relationship *relationship) {
  return relationship->owner->kind == REL_TABLE && relationship->target->kind == REL_TABLE
             ? "a viewonly relationship"
             : "a relationship of a view";
}

static void checkCascade(RelError *error, const Relationship *relationship) {
  unsigned deleting = relationship->cascade & (REL_DELETE | REL_DELETE_ORPHAN);
  if (deleting && relationship->viewonly) {
    relRefuse(
        error, relationship,
        "%s writes nothing, so cascade cannot say delete or delete-orphan; leave cascade out, "
        "or put it on the writable side",
        viewonlySubject(relationship));
  }
  if (relationship->viewonly && (relationship->carries || relationship->singleParent)) {
    relRefuse(error, relationship, "%s writes nothing; leave %s out", viewonlySubject(relationship),
              relationship->carries ? "passive_updates" : "single_parent");
  }
  if (deleting && relationship->passiveDeletes == REL_PASSIVE_ALL) {
    relRefuse(error, relationship,
              "passive_deletes='all' never touches the members, so cascade cannot say delete or "
              "delete-orphan; leave one of the two out");
  }
}

/* ON DELETE of the declared key, as on_delete would say it. NO ACTION counts as none. */
static RelOnDelete nativeOnDelete(const Relationship *relationship) {
  const char *native = relationship->key.nativeOnDelete;
  int i;
  for (i = 0; native != NULL && i < REL_ON_DELETE_NO_ACTION; i++) {
    if (relSame(ON_DELETE_WORDS[i], native)) return (RelOnDelete)i;
  }
  return REL_ON_DELETE_SET_NULL;
}

static void settleOnDelete(RelError *error, Relationship *relationship) {
  int said = wordOf(error, relationship, REL_FIELD_ON_DELETE, ON_DELETE_WORDS);
  int oneToMany = relationship->direction == REL_ONETOMANY;
  if (said >= 0 && !oneToMany && said != REL_ON_DELETE_CASCADE && said != REL_ON_DELETE_NO_ACTION) {
    relRefuse(error, relationship,
              "on_delete='%s' is for one-to-many; a %s relationship takes 'cascade' or 'no action'",
              ON_DELETE_WORDS[said],
              relationship->direction == REL_MANYTOONE ? "many-to-one" : "many-to-many");
  }
  if (said >= 0 && relationship->viewonly) {
    relRefuse(error, relationship, "%s writes nothing; leave on_delete out",
              viewonlySubject(relationship));
  }
  if (said >= 0) {
    relationship->onDelete = (RelOnDelete)said;
  } else if (relationship->cascade & REL_DELETE) {
    relationship->onDelete = REL_ON_DELETE_CASCADE;
  } else if (oneToMany) {
    relationship->onDelete = nativeOnDelete(relationship);
  } else {
    relationship->onDelete = relationship->direction == REL_MANYTOMANY ? REL_ON_DELETE_SET_NULL
                                                                       : REL_ON_DELETE_NO_ACTION;
  }
}

/* The member's key alone, or UNIQUE, leaves room for one member: SQLAlchemy asks for uselist=False. */
static int defaultUselist(const Relationship *relationship) {
  if (relationship->direction == REL_MANYTOONE) return 0;
  if (relationship->direction == REL_MANYTOMANY) return 1;
  return !relTableUnique(relationship->target, relationship->key.childColumns,
                         relationship->key.count);
}

void relOptionsSettle(RelError *error, Relationship *relationship) {
  checkCascade(error, relationship);
  settleOnDelete(error, relationship);
  relationship->uselist =
      flagOf(error, relationship, REL_FIELD_USELIST, defaultUselist(relationship));
}

/* "all, delete-orphan": the words of a cascade in the order in which they are listed. */
static char *cascadeWords(RelError *error, unsigned flags) {
  RelText text;
  int i;
  if (flags == 0) return relCopy(error, "none");
  relTextStart(&text, error);
  if ((flags & REL_CASCADE_ALL) == REL_CASCADE_ALL) {
    relText(&text, "all");
    flags &= ~(unsigned)REL_CASCADE_ALL;
  }
  for (i = 0; i < CASCADE_WORD_COUNT; i++) {
    unsigned word = CASCADE_WORDS[i].flags;
    if (word == REL_CASCADE_ALL || !(flags & word)) continue;
    relTextFormat(&text, "%s%s", relTextLength(&text) > 0 ? ", " : "", CASCADE_WORDS[i].word);
  }
  return relTextFinish(&text);
}

static void put(RelDeclaration *declaration, RelField field, char *text) {
  sqlite3_free(declaration->fields[field]);
  declaration->fields[field] = text;
}

void relOptionsNormalise(RelError *error, const Relationship *relationship,
                         RelDeclaration *declaration) {
  static const RelField FLAGS[] = {
      REL_FIELD_USELIST,  REL_FIELD_PASSIVE_DELETES, REL_FIELD_PASSIVE_UPDATES, REL_FIELD_INNERJOIN,
      REL_FIELD_VIEWONLY, REL_FIELD_SINGLE_PARENT,   REL_FIELD_POST_UPDATE};
  static const struct {
    RelField field;
    const char *const *words;
  } WORDS[] = {{REL_FIELD_LAZY, LAZY_WORDS},
               {REL_FIELD_ON_DELETE, ON_DELETE_WORDS},
               {REL_FIELD_PASSIVE_DELETES, PASSIVE_DELETES_WORDS},
               {REL_FIELD_INNERJOIN, INNERJOIN_WORDS}};
  size_t i;
  for (i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++) {
    const char *word = declaration->fields[FLAGS[i]];
    int yes = relSame(word, "true"), no = relSame(word, "false");
    if (yes || no) put(declaration, FLAGS[i], relCopy(error, yes ? "1" : "0"));
  }
  for (i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
    int word = declaration->fields[WORDS[i].field] == NULL
                   ? -1
                   : wordOf(error, relationship, WORDS[i].field, WORDS[i].words);
    if (word < 0) continue;
    if (relSame(declaration->fields[WORDS[i].field], WORDS[i].words[word])) {
      put(declaration, WORDS[i].field, relCopy(error, WORDS[i].words[word]));
    }
  }
  if (declaration->fields[REL_FIELD_CASCADE] != NULL) {
    put(declaration, REL_FIELD_CASCADE, cascadeWords(error, relationship->cascade));
  }
}

const char *relOptionDefault(RelField field) {
  switch (field) {
  case REL_FIELD_CASCADE:
    return "save-update, merge";
  case REL_FIELD_LAZY:
    return "select";
  case REL_FIELD_PASSIVE_UPDATES:
    return "1";
  case REL_FIELD_PASSIVE_DELETES:
  case REL_FIELD_INNERJOIN:
  case REL_FIELD_VIEWONLY:
  case REL_FIELD_SINGLE_PARENT:
  case REL_FIELD_POST_UPDATE:
    return "0";
  default:
    return NULL;
  }
}
