-- The demo database: a small weblog about boats, bread and bicycles. Every kind of relationship is
-- in it; the foreign keys are declared as most people declare them, without ON DELETE.

CREATE TABLE users(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT UNIQUE,
  active INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL
);

-- One-to-one: the foreign key is UNIQUE.
CREATE TABLE profiles(
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL UNIQUE REFERENCES users,
  bio TEXT,
  website TEXT
);

-- Many-to-many with itself.
CREATE TABLE follows(
  follower_id INTEGER NOT NULL REFERENCES users,
  followed_id INTEGER NOT NULL REFERENCES users,
  PRIMARY KEY (follower_id, followed_id)
) WITHOUT ROWID;

CREATE TABLE teams(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL
);

-- Many-to-many whose link says something more.
CREATE TABLE memberships(
  team_id INTEGER NOT NULL REFERENCES teams,
  user_id INTEGER NOT NULL REFERENCES users,
  role TEXT NOT NULL DEFAULT 'member',
  PRIMARY KEY (team_id, user_id)
) WITHOUT ROWID;

-- A tree.
CREATE TABLE categories(
  id INTEGER PRIMARY KEY,
  parent_id INTEGER REFERENCES categories,
  name TEXT NOT NULL
);

CREATE TABLE posts(
  id INTEGER PRIMARY KEY,
  author_id INTEGER NOT NULL REFERENCES users,
  category_id INTEGER REFERENCES categories,
  title TEXT NOT NULL,
  body TEXT,
  published INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL
);

-- A comment may outlive its author, but not its post.
CREATE TABLE comments(
  id INTEGER PRIMARY KEY,
  post_id INTEGER NOT NULL REFERENCES posts,
  author_id INTEGER REFERENCES users,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL
);

CREATE TABLE tags(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE post_tags(
  post_id INTEGER NOT NULL REFERENCES posts,
  tag_id INTEGER NOT NULL REFERENCES tags,
  PRIMARY KEY (post_id, tag_id)
) WITHOUT ROWID;

INSERT INTO users(id, name, email, active, created_at) VALUES
  (1, 'Ada Moreau',     'ada@harbour.example',   1, '2023-02-11'),
  (2, 'Bruno Keller',   'bruno@harbour.example', 1, '2023-02-14'),
  (3, 'Chidi Okafor',   'chidi@crumb.example',   1, '2023-03-02'),
  (4, 'Dina Haddad',    'dina@crumb.example',    1, '2023-03-09'),
  (5, 'Emil Sørensen',  'emil@spoke.example',    1, '2023-05-21'),
  (6, 'Fumiko Tanaka',  'fumiko@spoke.example',  1, '2023-06-30'),
  (7, 'Gil Navarro',    NULL,                    0, '2023-07-17'),
  (8, 'Hana Novák',     'hana@harbour.example',  1, '2024-01-05');

INSERT INTO profiles(id, user_id, bio, website) VALUES
  (1, 1, 'Restores wooden dinghies, one winter at a time.', 'https://harbour.example/ada'),
  (2, 2, 'Sailmaker. Answers letters slowly.',              NULL),
  (3, 3, 'Bakes before sunrise.',                           'https://crumb.example'),
  (4, 5, NULL,                                              'https://spoke.example/emil'),
  (5, 6, 'Rides to work in any weather, "even that one".',  NULL),
  (6, 7, 'On a long trip.',                                 NULL);

INSERT INTO follows(follower_id, followed_id) VALUES
  (1, 2), (2, 1), (3, 4), (4, 3), (5, 6), (6, 5), (6, 1), (7, 1), (8, 1), (8, 3), (1, 7), (4, 7);

INSERT INTO teams(id, name) VALUES
  (1, 'Harbour Crew'), (2, 'Night Bakers'), (3, 'Sunday Riders'), (4, 'Archive');

INSERT INTO memberships(team_id, user_id, role) VALUES
  (1, 1, 'lead'), (1, 2, 'member'), (1, 8, 'member'),
  (2, 3, 'lead'), (2, 4, 'member'),
  (3, 5, 'lead'), (3, 6, 'member'), (3, 7, 'guest'), (3, 1, 'guest');

INSERT INTO categories(id, parent_id, name) VALUES
  (1, NULL, 'Making'), (2, 1, 'Boats'), (3, 2, 'Sails'), (4, 2, 'Hulls'), (5, 1, 'Bread'),
  (6, 5, 'Sourdough'), (7, NULL, 'Moving'), (8, 7, 'Bicycles'), (9, 8, 'Wheels');

INSERT INTO posts(id, author_id, category_id, title, body, published, created_at) VALUES
  (1,  1, 4,    'Steaming a plank',         'An hour per inch, then run.',                        1, '2023-03-01'),
  (2,  1, 4,    'Copper or bronze?',        'Copper bends, bronze holds. I use both.',            1, '2023-04-12'),
  (3,  1, 2,    'The boat nobody wanted',   'She sank at the mooring twice before I asked.',      1, '2023-11-20'),
  (4,  1, NULL, 'Winter list',              NULL,                                                 0, '2024-01-02'),
  (5,  2, 3,    'A seam that lasts',        'Zigzag, always zigzag.',                             1, '2023-03-15'),
  (6,  2, 3,    'Old canvas',               'It smells of tar and somebody''s summer.',           1, '2023-08-08'),
  (7,  3, 6,    'Feeding the starter',      'Same jar, same shelf, same hour.',                   1, '2023-03-20'),
  (8,  3, 6,    'Why the crust sings',      'Listen for the crackle when the loaf cools.',        1, '2023-05-05'),
  (9,  3, 5,    'Rye for beginners',        'Wet hands, low hopes, long patience.',               1, '2023-09-14'),
  (10, 3, 5,    'Notes on salt',            NULL,                                                 0, '2024-02-01'),
  (11, 4, 5,    'Flatbread on a stone',     'Hot stone, thin dough, two minutes.',                1, '2023-04-01'),
  (12, 4, NULL, 'My grandmother''s oven',   'It leaned to the left, and so did the bread.',       1, '2023-12-24'),
  (13, 5, 9,    'Truing by ear',            'Pluck the spokes: a flat note is a loose one.',      1, '2023-06-01'),
  (14, 5, 8,    'Chain, dry or wet?',       'Depends on the month, not on the forum.',            1, '2023-07-19'),
  (15, 5, 9,    'The 36-spoke wheel',       'Heavy, slow, and still round after ten years.',      1, '2023-10-10'),
  (16, 6, 8,    'Riding in the rain',       'Mudguards are not a defeat.',                        1, '2023-07-07'),
  (17, 6, 8,    'Forty kilometres of fog',  'I counted the bells to stay awake.',                 1, '2023-11-03'),
  (18, 7, 8,    'Across the plateau',       'Three days of wind, one of them from behind.',       1, '2023-08-30'),
  (19, 7, NULL, 'Where I left the bicycle', 'If you find it, it is yours.',                       1, '2023-10-31'),
  (20, 7, 8,    'Draft: the way home',      NULL,                                                 0, '2024-03-03');

INSERT INTO comments(id, post_id, author_id, body, created_at) VALUES
  (1,  1,  2,    'Run faster, I dropped mine.',                 '2023-03-01'),
  (2,  1,  8,    'How thick was it?',                           '2024-01-06'),
  (3,  1,  1,    'Three quarters of an inch.',                  '2024-01-07'),
  (4,  1,  7,    'Beautiful curve.',                            '2023-08-01'),
  (5,  2,  2,    'Bronze, and no discussion.',                  '2023-04-12'),
  (6,  2,  5,    'What about stainless?',                       '2023-06-02'),
  (7,  2,  1,    'We do not talk about stainless.',             '2023-06-02'),
  (8,  3,  6,    'What is her name?',                           '2023-11-20'),
  (9,  3,  1,    'Patience. It was on the transom already.',    '2023-11-21'),
  (10, 3,  2,    'I have a sail for her.',                      '2023-11-21'),
  (11, 3,  NULL, 'I used to own her. Be kind.',                 '2023-12-01'),
  (12, 5,  1,    'The one you made in spring still holds.',     '2023-09-01'),
  (13, 5,  8,    'Which thread?',                               '2024-01-08'),
  (14, 6,  1,    'Mine smells of diesel.',                      '2023-08-08'),
  (15, 7,  4,    'What if I forget a day?',                     '2023-03-20'),
  (16, 7,  3,    'It forgives one. Not two.',                   '2023-03-21'),
  (17, 7,  8,    'Mine is called Oskar.',                       '2024-01-09'),
  (18, 8,  4,    'My children hold their ears to it.',          '2023-05-06'),
  (19, 8,  6,    'Now I hear it, too.',                         '2023-07-02'),
  (20, 8,  NULL, 'Nonsense. (It does.)',                        '2023-07-03'),
  (21, 9,  4,    'Low hopes were the right advice.',            '2023-09-15'),
  (22, 9,  1,    'We ate it as hardtack.',                      '2023-09-20'),
  (23, 11, 3,    'Which stone?',                                '2023-04-01'),
  (24, 11, 4,    'From the river, dried for a month!',          '2023-04-02'),
  (25, 11, 5,    'Mine exploded.',                              '2023-06-11'),
  (26, 12, 3,    'Best thing I read this year.',                '2023-12-24'),
  (27, 12, 6,    'Mine leaned to the right.',                   '2023-12-25'),
  (28, 13, 6,    'I need a better ear.',                        '2023-06-01'),
  (29, 13, 7,    'G sharp is right for the rear.',              '2023-08-02'),
  (30, 13, 5,    'Whatever is the same all round.',             '2023-08-02'),
  (31, 14, 6,    'Wet. Always wet.',                            '2023-07-19'),
  (32, 14, 7,    'What chain?',                                 '2023-07-20'),
  (33, 15, 6,    'Mine is at twelve years.',                    '2023-10-10'),
  (34, 16, 5,    'They rattle.',                                '2023-07-07'),
  (35, 16, 1,    'So do I.',                                    '2023-07-08'),
  (36, 17, 5,    'How many?',                                   '2023-11-03'),
  (37, 17, 6,    'Two hundred and eleven.',                     '2023-11-03'),
  (38, 18, 5,    'Which day was best?',                         '2023-08-31'),
  (39, 18, 6,    'The third, I suppose.',                       '2023-09-01'),
  (40, 18, 7,    'The second. It had soup.',                    '2023-09-02'),
  (41, 19, 1,    'Found it! It is at the harbour.',             '2023-11-15'),
  (42, 19, 5,    'Do not give it back.',                        '2023-11-16');

INSERT INTO tags(id, name) VALUES
  (1, 'wood'), (2, 'metal'), (3, 'cloth'), (4, 'flour'), (5, 'fire'), (6, 'wheels'), (7, 'weather'),
  (8, 'stories');

INSERT INTO post_tags(post_id, tag_id) VALUES
  (1, 1), (1, 5), (2, 1), (2, 2), (3, 1), (3, 8), (5, 3), (6, 3), (6, 8), (7, 4), (8, 4), (8, 5),
  (9, 4), (11, 4), (11, 5), (12, 5), (12, 8), (13, 2), (13, 6), (14, 2), (14, 7), (15, 6), (16, 7),
  (17, 7), (17, 8), (18, 7), (18, 8), (19, 8);
