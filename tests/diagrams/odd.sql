-- Names that mean something in Mermaid, Markdown, HTML, dot or JavaScript, and types that none of them knows.
CREATE TABLE "order details"(id INTEGER PRIMARY KEY, "unit price" DECIMAL(10, 2), "a""b" TEXT, "PK" TEXT, "fk-1" "VARCHAR(20)", "1st" INT, "" BLOB, untyped, "x~y~z" TEXT, "pk é" TEXT, "uké" TEXT, "new
line" TEXT, "*" TEXT, "a`b" "ty`pe", "{}" TEXT, "#35;" TEXT, "%%" TEXT);
CREATE TABLE "quo""te"(id INTEGER PRIMARY KEY, "order" INTEGER UNIQUE REFERENCES "order details", self REFERENCES "quo""te");
CREATE TABLE "select"(id INTEGER PRIMARY KEY, q_id NOT NULL REFERENCES "quo""te");
CREATE TABLE "one"(id INTEGER PRIMARY KEY, "many" REFERENCES "one");
CREATE TABLE "direction TB"(id INTEGER PRIMARY KEY, "direction LR_id" REFERENCES "one");
CREATE TABLE "direction"(id INTEGER PRIMARY KEY, d REFERENCES "direction TB");
CREATE TABLE "😀"(id INTEGER PRIMARY KEY, "🚀_id" REFERENCES "direction TB");
CREATE TABLE "{br}ac[es]<b>&amp;|"(id INTEGER PRIMARY KEY, "[x](y)" REFERENCES "😀");
CREATE TABLE "new
line\"(id INTEGER PRIMARY KEY, "n\l" REFERENCES "{br}ac[es]<b>&amp;|", "\N" REFERENCES "new
line\");
CREATE TABLE "new
line\\"(id INTEGER PRIMARY KEY, x REFERENCES "new
line\");
CREATE TABLE ""(id INTEGER PRIMARY KEY, x REFERENCES "new
line\\");
CREATE TABLE " "(id INTEGER PRIMARY KEY, x REFERENCES "");
CREATE TABLE "%% comment"(id INTEGER PRIMARY KEY, "style:#a;" REFERENCES " ");
CREATE TABLE "style:#x;"(id INTEGER PRIMARY KEY, "a:#b" REFERENCES "%% comment");
CREATE TABLE "1. list"(id INTEGER PRIMARY KEY, "_x_" REFERENCES "style:#x;", "**y**" REFERENCES "1. list");
CREATE TABLE "1"(id INTEGER PRIMARY KEY, "http://a.b" REFERENCES "1. list");
CREATE TABLE "%%{init: {}}%%"(id INTEGER PRIMARY KEY, x REFERENCES "1");
CREATE TABLE "title"(id INTEGER PRIMARY KEY, x REFERENCES "%%{init: {}}%%");
CREATE TABLE "a.b-c_d"(id INTEGER PRIMARY KEY, x REFERENCES title);
CREATE TABLE "$$x$$"(id INTEGER PRIMARY KEY, x REFERENCES "a.b-c_d");
CREATE TABLE "~t~"(id INTEGER PRIMARY KEY, x REFERENCES "$$x$$");
CREATE TABLE "tab	le"(id INTEGER PRIMARY KEY, "c`" REFERENCES "~t~");
CREATE TABLE "l1"(a REFERENCES "~t~", b REFERENCES "tab	le", PRIMARY KEY(a, b));
CREATE TABLE u(id INTEGER PRIMARY KEY, x REFERENCES "~t~");
