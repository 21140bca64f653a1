INSERT INTO trains VALUES
  (1, 'mountain zeermspoub', 'Tanaka', 89, 'arrived'),
  (2, 'lormslarmaig line', 'Moreau', 107, 'departed'),
  (3, 'coast line', 'Skeamptouflost', 63, 'cancelled'),
  (4, 'mountain line', 'Tecem', 32, 'cancelled'),
  (5, 'mountain line', 'Silva', 115, 'departed'),
  (6, 'valley line', 'Ladder', 1, 'cancelled'),
  (7, 'coast line', 'Zhou', 89, 'due'),
  (8, 'mountain line', 'Brandt', 1, 'cancelled');

INSERT INTO switches VALUES
  ('floors', 'Cloaldfleas {"kind":"sql"}', 'locked', FALSE),
  ('direct', 'Ability', 'left', FALSE),
  ('crart', 'Izmir', 'right', TRUE),
  ('omeptra', 'Basel', 'locked', TRUE);

INSERT INTO defects VALUES
  (10, 'bent barrier at Bergen', 'Xenia', 'minor', 'secured'),
  (11, 'anlift cable at Zagreb', 'Ylva', 'blocking', 'secured'),
  (12, 'bent rail at Rostock', 'Repes', 'blocking', 'logged'),
  (13, 'missing signal at Zagreb', 'Mbekiends', 'blocking', 'secured'),
  (14, 'bent rail at Quito', 'Flatded', 'blocking', 'secured'),
  (15, 'missing signal mearnsaipflup Vigo', 'Wei', 'blocking', 'secured'),
  (16, 'analyse rail at Tartu', 'Gluetram', 'serious', 'secured'),
  (17, 'missing barrier at Vigo', 'Hugo', 'serious', 'logged'),
  (18, 'missing cable at Turku', 'Plazy', 'blocking', 'mended'),
  (19, 'veisa sleeper at Izmir', 'Lena', 'minor', 'mended'),
  (20, 'bent cable at Kyoto', 'Hugo', 'minor', 'mended'),
  (21, 'frozen sleeper at Nantes', 'Ines', 'serious', 'mended');

INSERT INTO settings VALUES
  ('reminders', 'Send reminders', 'toggle', 'false'),
  ('phone', 'Telephone', 'text', '019 zoraam'),
  ('printer', 'Printer', 'text', 'league'),
  ('greeting', 'Greeting', 'text', 'Hello'),
  ('opening', 'Opens at', 'text', '8:00');
