/*
** Mermaid's erDiagram, as its versions 10 to 12 read it.
*/
#include "inspect/drawing.h"

static int isDigit(char c) {
  return c >= '0' && c <= '9';
}

static int isWordy(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
}

/* Part of a word for Markdown, in which Mermaid writes labels; a byte of UTF-8, too. */
static int isInner(char c) {
  return isWordy(c) || (unsigned char)c >= 0x80;
}

/* Where a new direction would be read, even between quotes: "direction TB". */
static int saysDirection(const char *text) {
  static const char WORD[] = "direction";
  char next;
  if (sqlite3_strnicmp(text, WORD, sizeof WORD - 1) != 0) return 0;
  next = text[sizeof WORD - 1];
  return next == ' ' || (unsigned char)next >= 0x80;
}

/* What neither Mermaid nor Markdown takes for more than it is. */
static int isHarmless(const char *text, size_t i) {
  char c = text[i];
  if (isInner(c)) return !saysDirection(&text[i]);
  if (c == ')') return strspn(text, "0123456789") != i; /* else it is a list: "1) one" */
  if (c == '_' || c == '-' || c == '.')
    return i > 0 && isInner(text[i - 1]) && isInner(text[i + 1]);
  return c != 0 && strchr(" (,/'", c) != NULL;
}

/* Between double quotes; what could mean something goes by its number: #34; is a double quote. */
static void quote(RelText *text, const char *name) {
  size_t i;
  relText(text, "\"");
  for (i = 0; name[i]; i++) {
    if (isHarmless(name, i)) {
      relTextBytes(text, &name[i], 1);
    } else {
      relTextFormat(text, "#%d;", name[i]);
    }
  }
  if (i == 0) relText(text, "#32;");
  relText(text, "\"");
}

/* Whether a name can stand without quotes. */
static int isBare(const char *name) {
  static const char *const RESERVED[] = {
      "erDiagram", "title", "accTitle", "accDescr", "direction", "style", "class", "classDef",  "u",
      "subgraph",  "end",   "one",      "only",     "zero",      "many",  "to",    "optionally"};
  size_t i;
  for (i = 0; i < sizeof RESERVED / sizeof *RESERVED; i++) {
    if (relSame(RESERVED[i], name)) return 0;
  }
  for (i = 0; name[i]; i++) {
    if (!isWordy(name[i]) && (name[i] != '_' || !isHarmless(name, i))) return 0;
  }
  return i > 0 && !isDigit(name[0]);
}

static void sayEntity(RelText *text, const RelEntity *entity) {
  if (isBare(entity->name)) {
    relText(text, entity->name);
  } else {
    quote(text, entity->name);
  }
}

/* PK, FK and UK are keys wherever a word begins with one. */
static int beginsLikeKey(const char *word) {
  return word[0] != 0 && strchr("pfuPFU", word[0]) != NULL && (word[1] == 'k' || word[1] == 'K') &&
         !isWordy(word[2]) && word[2] != '_';
}

/*
** A type or a name of a column as the word that Mermaid takes for one, which nothing can quote: what
** does not fit becomes an underscore. *altered is set where anything did.
*/
static void sayWord(RelText *text, const char *word, int *altered) {
  size_t i;
  int gap = 0;
  if (word[0] == 0 || isDigit(word[0]) || strchr("-()", word[0]) != NULL || beginsLikeKey(word)) {
    relText(text, "_");
    *altered = 1;
  }
  for (i = 0; word[i]; i++) {
    if (isWordy(word[i]) || strchr("_-()", word[i]) != NULL) {
      relTextBytes(text, &word[i], 1);
      gap = 0;
    } else {
      if (!gap) relText(text, "_");
      gap = *altered = 1;
    }
  }
}

/* What the words should have been, if they had to be altered. */
static void sayComment(RelText *text, const char *type, const char *name) {
  char *comment = relFormat(text->error, "%s%s%s", type != NULL ? type : "",
                            type != NULL && name != NULL ? " " : "", name != NULL ? name : "");
  relText(text, " ");
  if (comment != NULL) quote(text, comment);
  sqlite3_free(comment);
}

static void sayKeys(RelText *text, int marks) {
  static const char *const KEYS[] = {"PK", "FK", "UK"};
  int i, count = 0;
  for (i = 0; i < 3; i++) {
    if (marks & 1 << i) relTextFormat(text, "%s%s", count++ ? ", " : " ", KEYS[i]);
  }
}

static void drawColumn(RelText *text, const RelColumn *column, int marks) {
  const char *type = column->type[0] ? column->type : "ANY";
  int otherType = 0, otherName = 0;
  relText(text, "\n    ");
  sayWord(text, type, &otherType);
  relText(text, " ");
  sayWord(text, column->name, &otherName);
  sayKeys(text, marks);
  if (otherType || otherName) {
    sayComment(text, otherType ? type : NULL, otherName ? column->name : NULL);
  }
}

static void drawEntity(RelText *text, const RelEntity *entity) {
  int i;
  relText(text, "\n  ");
  sayEntity(text, entity);
  relText(text, " {");
  for (i = 0; i < entity->table->columnCount; i++) {
    if (entity->table->columns[i].hidden) continue;
    drawColumn(text, &entity->table->columns[i], entity->marks[i]);
  }
  relText(text, "\n  }");
}

static void drawLine(RelText *text, const RelDrawing *drawing, const RelLine *line) {
  static const char *const FROM[] = {"||", "|o", "}o"}, *const TO[] = {"||", "o|", "o{"};
  relText(text, "\n  ");
  sayEntity(text, &drawing->entities[line->from]);
  relTextFormat(text, " %s%s%s ", FROM[line->fromEnd], line->declared ? "--" : "..",
                TO[line->toEnd]);
  sayEntity(text, &drawing->entities[line->to]);
  relText(text, " : ");
  quote(text, line->label);
}

char *relDrawMermaid(RelError *error, const RelDrawing *drawing) {
  RelText text;
  int i;
  relTextStart(&text, error);
  relText(&text, "erDiagram");
  for (i = 0; i < drawing->entityCount; i++) drawEntity(&text, &drawing->entities[i]);
  for (i = 0; i < drawing->lineCount; i++) drawLine(&text, drawing, &drawing->lines[i]);
  return relTextFinish(&text);
}
