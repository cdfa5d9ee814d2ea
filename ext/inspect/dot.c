/*
** Graphviz's dot, with HTML-like labels for the tables and crow's feet for the ends.
*/
#include "inspect/drawing.h"

/*
** The name of a node, in which a backslash is doubled; one before a % keeps dot from taking the node
** for one without a name.
*/
static void quote(RelText *text, const char *name) {
  relText(text, *name == '%' ? "\"\\" : "\"");
  for (; *name; name++) {
    if (*name == '"' || *name == '\\') relText(text, "\\");
    relTextBytes(text, name, 1);
  }
  relText(text, "\"");
}

/* A label, in which dot also reads entities, and a line ends by \n. */
static void quoteLabel(RelText *text, const char *label) {
  relText(text, "\"");
  for (; *label; label++) {
    if (*label == '&') {
      relText(text, "&amp;");
    } else if (*label == '\n') {
      relText(text, "\\n");
    } else {
      if (*label == '"' || *label == '\\') relText(text, "\\");
      relTextBytes(text, label, 1);
    }
  }
  relText(text, "\"");
}

/*
** Text inside an HTML-like label. XML has no way to say a control character; and dot's own escapes
** are read there, too, after XML's.
*/
static void sayHtml(RelText *text, const char *words) {
  if (*words == 0) relText(text, "&#160;");
  for (; *words; words++) {
    unsigned char c = (unsigned char)*words;
    if (c < 0x20) {
      relText(text, " ");
    } else if (c == '\\') {
      relText(text, "\\\\");
    } else if (strchr("&<>\"", c) != NULL) {
      relTextFormat(text, "&#%d;", c);
    } else {
      relTextBytes(text, words, 1);
    }
  }
}

static void sayCell(RelText *text, const char *words) {
  relText(text, "<TD ALIGN=\"LEFT\">");
  sayHtml(text, words);
  relText(text, "</TD>");
}

static const char *keysOf(int marks) {
  static const char *const KEYS[] = {"",   "PK",     "FK",     "PK, FK",
                                     "UK", "PK, UK", "FK, UK", "PK, FK, UK"};
  return KEYS[marks & 7];
}

static void drawColumn(RelText *text, const RelColumn *column, int marks) {
  relText(text, "    <TR>");
  sayCell(text, keysOf(marks));
  sayCell(text, column->name);
  sayCell(text, column->type);
  relText(text, "</TR>\n");
}

static void drawEntity(RelText *text, const RelEntity *entity) {
  int i;
  relText(text, "  ");
  quote(text, entity->name);
  relText(text, " [label=<<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\">\n"
                "    <TR><TD COLSPAN=\"3\"><B>");
  sayHtml(text, entity->name);
  relText(text, "</B></TD></TR>\n");
  for (i = 0; i < entity->table->columnCount; i++) {
    if (entity->table->columns[i].hidden) continue;
    drawColumn(text, &entity->table->columns[i], entity->marks[i]);
  }
  relText(text, "  </TABLE>>];\n");
}

static void drawLine(RelText *text, const RelDrawing *drawing, const RelLine *line) {
  static const char *const ENDS[] = {"teetee", "teeodot", "crowodot"};
  relText(text, "  ");
  quote(text, drawing->entities[line->from].name);
  relText(text, " -> ");
  quote(text, drawing->entities[line->to].name);
  relTextFormat(text, " [arrowtail=%s, arrowhead=%s", ENDS[line->fromEnd], ENDS[line->toEnd]);
  if (!line->declared) relText(text, ", style=dashed");
  if (line->viewonly) relText(text, ", color=gray50, fontcolor=gray50");
  relText(text, ", label=");
  quoteLabel(text, line->label);
  relText(text, "];\n");
}

char *relDrawDot(RelError *error, const RelDrawing *drawing) {
  RelText text;
  int i;
  relTextStart(&text, error);
  relText(&text, "digraph relationships {\n"
                 "  rankdir=LR;\n"
                 "  node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n"
                 "  edge [dir=both, fontname=\"Helvetica\", fontsize=9];\n");
  for (i = 0; i < drawing->entityCount; i++) drawEntity(&text, &drawing->entities[i]);
  for (i = 0; i < drawing->lineCount; i++) drawLine(&text, drawing, &drawing->lines[i]);
  relText(&text, "}");
  return relTextFinish(&text);
}
