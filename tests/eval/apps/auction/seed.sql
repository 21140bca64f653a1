INSERT INTO lots VALUES
  (2072, 'ivory forwtraded', 'Gustav Yilmaz', 7739, 'sold'),
  (2073, 'porcelain chess set', 'Simulstore Tanaka', 38402, 'catalogued'),
  (2074, 'bern clock', 'Felix Nguyen', 9563, 'withdrawn'),
  (2075, 'ivory chess set', 'Petra Kowalski', 24441, 'withdrawn'),
  (2076, 'porcelain course set', 'Karim Fischer', 23599, 'catalogued'),
  (2077, 'marble chess set', 'Emil Castillo', 27703, 'sold'),
  (2078, 'walnut vase', 'Syrrrels Brandt', 27872, 'catalogued'),
  (2079, 'ivory cabinet', 'Jana Ortega', 33704, 'sold'),
  (2080, 'oil bqgyd', 'Oscar Ferreira', 22732, 'withdrawn'),
  (2081, 'ivory cabinet', 'Elif Castillo', 35766, 'open'),
  (2082, 'oil cabinet', 'Jakob Adler', 39901, 'catalogued'),
  (2083, 'walnut portrait', 'Xenia Andersen', 26670, 'sold');

INSERT INTO bidders VALUES
  ('treen', 'Kaito Costa', 421, FALSE),
  ('theangzout', 'Namgmwi Walsh ''; DROP TABLE users; --', 4273, TRUE),
  ('kelleparade', 'Wei Marin', 6394, FALSE),
  ('planner', 'Helga Papadakis', 341, FALSE),
  ('orgard', 'Jonas Okafor', 3240, FALSE),
  ('mark', 'Pallets Jansen', 7534, TRUE),
  ('option', 'Elif Schmitt', 8617, TRUE),
  ('speltevised', 'Rosa Dubois', 2204, TRUE),
  ('crallfaith', 'Bella Ivanova', 1193, TRUE),
  ('depart', 'Pavel Mbeki', 6136, FALSE),
  ('toorgrarm', 'Tariq Berger', 7260, TRUE),
  ('signal', 'Zora Nguyen', 364, TRUE);

INSERT INTO condition_reports VALUES
  (1, 'drouldskeathleam', 'Klein', 'poor', 'written'),
  (4, 'vase', 'Adler', 'restored', 'signed'),
  (5, 'cabinet', 'Ortega', 'fine', 'requested'),
  (7, 'vase', 'Svensson', 'restored', 'requested'),
  (10, 'soofthau', 'Printing', 'fine', 'signed'),
  (13, 'staib', 'Fullscob', 'mint', 'requested'),
  (16, 'reield', 'Prommas', 'poor', 'signed'),
  (18, 'clock', 'Yxsfpow', 'fine', 'written'),
  (21, 'guests', 'Fischer', 'mint', 'signed'),
  (24, 'vase', 'Klein', 'restored', 'written'),
  (26, 'clock', 'Tablcinema', 'restored', 'requested'),
  (28, 'portrait', 'Andersen', 'restored', 'written');

INSERT INTO settings VALUES
  ('greeting', 'Greeting', 'text', 'Welcome'),
  ('limit', 'Most per day', 'number', '42'),
  ('language', 'Language', 'text', 'Language'),
  ('retries', 'Tries', 'number', '5'),
  ('backup', 'Back up every night', 'toggle', 'false'),
  ('threshold', 'Threshold in percent', 'number', '17');
