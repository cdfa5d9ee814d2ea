# Writes rule files as C strings: sql/owner-delete.sql becomes `relTemplate_owner_delete`.
# The comment and blank lines at the top of a file describe the rule and are left out; the rest is
# embedded as it stands, without the final newline.
# Use: LC_ALL=C awk -f sql/embed.awk sql/*.sql > templates.h   (LC_ALL=C: length() counts bytes)

BEGIN {
  LONGEST = 4094 # C11 promises literals of 4095 characters
  print "/* Made from sql/ by sql/embed.awk. */"
  print "#ifndef REL_TEMPLATES_H"
  print "#define REL_TEMPLATES_H"
}

FNR == 1 {
  finish()
  path = FILENAME
  name = FILENAME
  sub(/^.*\//, "", name)
  sub(/\.sql$/, "", name)
  gsub(/-/, "_", name)
  if (name !~ /^[A-Za-z0-9_]+$/) fail("the name cannot be made a C identifier")
  if (name in seen) fail("another rule has this name: " seen[name])
  seen[name] = path
  inHeader = 1
  lines = 0
  bytes = 0
}

inHeader && (/^--/ || /^[ \t]*$/) { next }

{
  inHeader = 0
  body[++lines] = $0
  bytes += length($0) + 1
}

END {
  if (failed) exit 1
  finish()
  print ""
  print "#endif"
}

function finish(    i) {
  if (path == "") return
  if (lines == 0) fail("the rule is empty")
  if (bytes - 1 > LONGEST) fail("the rule has " bytes - 1 " bytes; " LONGEST " fit into a C literal")
  printf "\n/* %s */\nstatic const char relTemplate_%s[] =\n", path, name
  for (i = 1; i <= lines; i++) printf "    \"%s%s\"%s\n", escaped(body[i]), i < lines ? "\\n" : "", i < lines ? "" : ";"
  path = ""
}

# Backslash and quote by hand, character by character: awks differ in what gsub makes of "\\".
function escaped(line,    i, c, result) {
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (c == "\\" || c == "\"" || c == "?") result = result "\\" # \? cannot begin a trigraph
    if (c == "\t") c = "\\t"
    result = result c
  }
  return result
}

function fail(problem) {
  print path ": " problem > "/dev/stderr"
  failed = 1
  exit 1
}
