INSERT INTO lots VALUES
  (1, 'porcelain portrait', 'Imre Nowak', 16084, 'open'),
  (2, 'porcelain portrait', 'Chen Nguyen', 10543, 'open'),
  (3, 'walnut portrait', 'Wei Castillo', 4859, 'open'),
  (4, 'walnut vase', 'Marco Cohen', 4470, 'open'),
  (5, 'ivory traimppriemmaind', 'Ines Demir', 2408, 'open'),
  (6, 'ivory vhmkrxjw', 'Chen Moreau', 38419, 'sold'),
  (7, 'ivory vase', 'Jonas Lindgren', 3378, 'sold'),
  (8, 'marble clock', 'Xenia Morn', 23632, 'withdrawn'),
  (9, 'porcelain vase', 'Mira Osei', 14163, 'catalogued'),
  (10, 'porcelain retice', 'Anton Larsen', 6364, 'catalogued');

INSERT INTO bidders VALUES
  ('vu215', 'Yusuf Kowalski', 6253, TRUE),
  ('vu748', 'Oscar Papadakis', 210, TRUE),
  ('vu930', 'Broartcloax Banerjee', 381, TRUE),
  ('vu399', 'Vera Weber', 8765, TRUE);

INSERT INTO condition_reports VALUES
  (1, 'cabinet', 'Suzuki', 'restored', 'signed'),
  (2, 'clock', 'Larsen', 'mint', 'signed'),
  (3, 'vase', 'Mbeki', 'restored', 'signed'),
  (4, 'vase', 'Berger', 'poor', 'requested'),
  (5, 'cabinet', 'Walsh', 'poor', 'requested'),
  (6, 'viemjond', 'Moreau', 'mint', 'signed'),
  (7, 'portrait', 'Jansen', 'poor', 'signed'),
  (8, 'portrait', 'Lindgren', 'poor', 'signed');

INSERT INTO settings VALUES
  ('quiet', 'Quiet hours', 'toggle', 'true'),
  ('backup', 'Back up every night', 'toggle', 'trupscaildstirt'),
  ('currency', 'Currency', 'text', 'EUR'),
  ('limit', 'Most per day', 'number', '12'),
  ('sender', 'Name of the sender', 'text', 'Bedeep'),
  ('phone', 'Telephone', 'text', '042 154');
