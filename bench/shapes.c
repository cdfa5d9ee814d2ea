#include <string.h>

#include "database.h"
#include "shapes.h"

#define COLUMNS(list) (list), (int)(sizeof(list) / sizeof *(list))
#define TEN(tens)                                                                                  \
  "c" #tens "0", "c" #tens "1", "c" #tens "2", "c" #tens "3", "c" #tens "4", "c" #tens "5",        \
      "c" #tens "6", "c" #tens "7", "c" #tens "8"

static const char *const USERS[] = {"id", "name", "email", "age", "city", "score", "created_at"};
static const char *const POSTS[] = {"id",    "user_id", "title",     "body",
                                    "views", "rating",  "created_at"};
static const char *const COMMENTS[] = {"id", "post_id", "author_id", "body", "likes", "created_at"};
static const char *const NAMED[] = {"id", "name"};

static const BenchLevel COMMENT = {BENCH_MANY, "comments", "comments", COLUMNS(COMMENTS),
                                   "post_id",  NULL,       NULL,       {NULL}};
static const BenchLevel POST = {BENCH_MANY, "posts", "posts", COLUMNS(POSTS),
                                "user_id",  NULL,    NULL,    {&COMMENT}};
static const BenchLevel USER = {BENCH_ROOT, "users", NULL, COLUMNS(USERS),
                                NULL,       NULL,    NULL, {&POST}};

static const BenchLevel AUTHOR = {BENCH_ONE,   "users", "author", COLUMNS(NAMED),
                                  "author_id", NULL,    NULL,     {NULL}};
static const BenchLevel TAG = {BENCH_LINKED, "tags",      "tags",   COLUMNS(NAMED),
                               "post_id",    "post_tags", "tag_id", {NULL}};
static const BenchLevel AUTHORED = {BENCH_MANY, "comments", "comments", COLUMNS(COMMENTS),
                                    "post_id",  NULL,       NULL,       {&AUTHOR}};
static const BenchLevel TAGGED = {BENCH_MANY, "posts", "posts", COLUMNS(POSTS),
                                  "user_id",  NULL,    NULL,    {&AUTHORED, &TAG}};
static const BenchLevel USER_ALL = {BENCH_ROOT, "users", NULL, COLUMNS(USERS),
                                    NULL,       NULL,    NULL, {&TAGGED}};

static const char *const REGIONS[] = {"id", "name", "area"};
static const char *const CITIES[] = {"id", "region_id", "name", "mayor"};
static const char *const DISTRICTS[] = {"id", "city_id", "name", "people"};
static const char *const STREETS[] = {"id", "district_id", "name", "width"};
static const char *const HOUSES[] = {"id", "street_id", "number", "built"};
static const char *const PERSONS[] = {"id", "house_id", "name", "age"};

static const BenchLevel PERSON = {BENCH_MANY, "persons", "persons", COLUMNS(PERSONS),
                                  "house_id", NULL,      NULL,      {NULL}};
static const BenchLevel HOUSE = {BENCH_MANY,  "houses", "houses", COLUMNS(HOUSES),
                                 "street_id", NULL,     NULL,     {&PERSON}};
static const BenchLevel STREET = {BENCH_MANY,    "streets", "streets", COLUMNS(STREETS),
                                  "district_id", NULL,      NULL,      {&HOUSE}};
static const BenchLevel DISTRICT = {BENCH_MANY, "districts", "districts", COLUMNS(DISTRICTS),
                                    "city_id",  NULL,        NULL,        {&STREET}};
static const BenchLevel CITY = {BENCH_MANY,  "cities", "cities", COLUMNS(CITIES),
                                "region_id", NULL,     NULL,     {&DISTRICT}};
static const BenchLevel REGION = {BENCH_ROOT, "regions", NULL, COLUMNS(REGIONS),
                                  NULL,       NULL,      NULL, {&CITY}};

static const char *const HOLDERS[] = {"id",   TEN(1), TEN(2), TEN(3), TEN(4), TEN(5),
                                      TEN(6), "c70",  "c71",  "c72",  "c73",  "c74"};
static const char *const PARTS[] = {"id",   "holder_id", TEN(1), TEN(2), TEN(3), TEN(4),
                                    TEN(5), TEN(6),      "c70",  "c71",  "c72",  "c73"};
static const BenchLevel PART = {BENCH_MANY,  "parts", "parts", COLUMNS(PARTS),
                                "holder_id", NULL,    NULL,    {NULL}};
static const BenchLevel HOLDER = {BENCH_ROOT, "holders", NULL, COLUMNS(HOLDERS),
                                  NULL,       NULL,      NULL, {&PART}};

static const BenchShape SHAPES[] = {
    {"posts", "posts(comments)", "posts!selectin(comments!selectin)", &USER},
    {"all", "posts(comments(*, author(id, name)), tags(id, name))",
     "posts!selectin(comments!selectin(*, author!selectin(id, name)), tags!selectin(id, name))",
     &USER_ALL},
    {"cities", "cities(districts(streets(houses(persons))))",
     "cities!selectin(districts!selectin(streets!selectin(houses!selectin(persons!selectin))))",
     &REGION},
    {"parts", "parts", "parts!selectin", &HOLDER}};

const BenchShape *benchShape(const char *name) {
  size_t i;
  for (i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
    if (strcmp(SHAPES[i].name, name) == 0) return &SHAPES[i];
  }
  benchFail("no shape %s (there are: posts, all, cities, parts)", name);
  return NULL;
}
