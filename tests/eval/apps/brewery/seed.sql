INSERT INTO brews VALUES
  (1, 'wheat', 'b-606', 432, 2.3, 'fermenting'),
  (2, 'stout', 'f-766', 3429, 15.7, 'fermenting'),
  (3, 'stout', 'maut', 3637, 9.2, 'boiled'),
  (4, 'lager', 't-965', 4259, 16.9, 'conditioned');

INSERT INTO kegs VALUES
  ('WX-48', 'Globe Trading', 45, 'shipped'),
  ('WX-62', 'Linden Group', 7, 'lost'),
  ('WX-83', 'Prisspoaftsteerk', 17, 'shipped'),
  ('WX-68', 'Falcon', 24, 'lost'),
  ('WX-81', 'Linden Group', 13, 'shipped');

INSERT INTO complaints VALUES
  (1, 'sour defeeks', 'Zoe Svensson', 'investigated'),
  (2, 'late delivery', 'Bairdrieg Novak', 'settled'),
  (3, 'sour taste', 'Elif Kowalski', 'raised'),
  (4, 'flat beer', 'Cem Nowak', 'investigated');

INSERT INTO settings VALUES
  ('limit', 'Most per day', 'number', '56'),
  ('threshold', 'Threshold in percent', 'number', '48'),
  ('language', 'Language', 'text', 'Riverts'),
  ('reminders', 'Send reminders', 'toggle', 'denipecies'),
  ('quiet', 'Quiet hours', 'toggle', 'false');
