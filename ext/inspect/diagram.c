#include "inspect/diagram.h"

#include "inspect/drawing.h"

static const struct {
  const char *name;
  char *(*draw)(RelError *error, const RelDrawing *drawing);
} FORMATS[] = {{"mermaid", relDrawMermaid}, {"dot", relDrawDot}};
enum { FORMAT_COUNT = sizeof FORMATS / sizeof *FORMATS };

static int formatOf(RelError *error, const char *name) {
  int i;
  for (i = 0; i < FORMAT_COUNT; i++) {
    if (relSame(FORMATS[i].name, name)) return i;
  }
  if (name == NULL) {
    relErrorSet(error, SQLITE_ERROR,
                "relationship_diagram: the format is NULL; there are: mermaid, dot");
  } else {
    relErrorSet(error, SQLITE_ERROR,
                "relationship_diagram: no format \"%s\"; there are: mermaid, dot", name);
  }
  return -1;
}

char *relDiagram(RelError *error, sqlite3 *db, const char *format, const char *pattern) {
  int number = formatOf(error, format);
  RelDrawing drawing;
  char *text = NULL;
  if (number < 0) return NULL;
  memset(&drawing, 0, sizeof drawing);
  relDrawingMake(error, db, pattern, &drawing);
  if (error->rc == SQLITE_OK) text = FORMATS[number].draw(error, &drawing);
  relDrawingClear(&drawing);
  return text;
}
