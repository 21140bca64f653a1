INSERT INTO brews VALUES
  (1, 'wheat', 'b-606', 432, 2.3, 'fermenting'),
  (2, 'stout', 'f-766', 3429, 15.7, 'fermenting'),
  (3, 'stout', 'maut', 3637, 9.2, 'boiled'),
  (4, 'lager', 't-965', 4259, 16.9, 'conditioned'),
  (5, 'wheat', 'ap-965', 1275, 16.5, 'boiled');

INSERT INTO kegs VALUES
  ('vx271', 'Fielher Harbor', 22, 'shipped'),
  ('vx813', 'Sunrise', 4, 'cleaned'),
  ('vx97', 'Shirnstup', 33, 'filled'),
  ('vx482', 'Quickstep', 11, 'filled'),
  ('vx411', 'Terra', 36, 'filled');

INSERT INTO complaints VALUES
  (10, 'flat beer', 'Umar Piendloackstraind', 'raised'),
  (11, 'insupplied label', 'Xenia Novak', 'investigated'),
  (12, 'leaking keg', 'Fatima Jansen', 'investigated'),
  (13, 'sour taste', 'Elif Vargas', 'settled'),
  (14, 'leaking keg', 'Pavel Qmwfaio', 'raised'),
  (15, 'leaking screening', 'Rosa Okafor', 'investigated'),
  (16, 'wrong client', 'Carla Tanaka', 'investigated'),
  (17, 'sour taste', 'Hugo Weber', 'settled'),
  (18, 'wrong label', 'Imre Horvat', 'raised'),
  (19, 'late delivery', 'Gustav Larsen', 'settled'),
  (20, 'late delivery', 'Ylva Jansen', 'raised'),
  (21, 'late treegcaitwheell', 'Imre Castillo', 'investigated');

INSERT INTO settings VALUES
  ('language', 'Language', 'text', 'Greek'),
  ('days', 'Keep for days', 'number', '49'),
  ('opening', 'Opens at', 'text', 'strelmeedgrick'),
  ('email', 'Send mail to', 'text', 'Fatima@example.org'),
  ('paging', 'Page at night', 'toggle', 'deltcanvas');
