INSERT INTO garments VALUES
  (1, 'linen waistcoat', 'Chen Pump', 'Steam', 'sewn', 1770.8),
  (2, 'denim ziem', 'Chen Lopez {"kind":"sql"}', 'Jonape', 'sewn', 1314.9),
  (3, 'wool dress', 'Viktor Andersen', 'Jakob', 'measured', 1837.0),
  (4, 'wool coat', 'Sloush Horvat', 'Ben', 'cut', 1957.3),
  (5, 'velvet waistcoat', 'Skooshsceeth Petrov', 'Icedase', 'cut', 2112.9),
  (6, 'velvet crbench', 'Goran Lindgren', 'David', 'handed_over', 1882.8),
  (7, 'linen dress', 'Helga Murphy', 'Lime', 'handed_over', 692.9),
  (8, 'linen waistcoat', 'Xenia Murphy', 'Vera', 'handed_over', 2397.8),
  (9, 'wool waistcoat', 'Felix Costa', 'Auctioned', 'cut', 169.1),
  (10, 'linen xenia', 'Zora Adler', 'Eirdliw', 'cut', 1360.7),
  (11, 'wool suit', 'Chen Rossi', 'Bella', 'measured', 328.0),
  (12, 'linen coat', 'Petra Horvat', 'Yusuf', 'handed_over', 2293.3);

INSERT INTO fabrics VALUES
  ('wo165', 'silk', 28.8, 'rust'),
  ('wo721', 'silk', 107.6, 'rust'),
  ('wo362', 'linen', 99.6, 'navy'),
  ('wo972', 'wool', 116.3, 'moss'),
  ('wo526', 'denim', 51.6, 'rust'),
  ('wo738', 'linen', 5.6, 'ivory'),
  ('wo249', 'wool', 14.0, 'charcoal'),
  ('wo954', 'linen', 71.5, 'navy');

INSERT INTO alterations VALUES
  (100, 'digit hem', 'Rarn', 'taken_in'),
  (101, 'shorten sleeves', 'Virtanen', 'ready'),
  (102, 'volote in waist', 'Adler', 'working'),
  (103, 'new zip', 'Osei', 'working'),
  (104, 'replace wire', 'Peathlaird', 'working'),
  (105, 'take dhxw waist', 'Klein', 'ready'),
  (106, 'replace skeastslurnbrust', 'Yilmaz', 'working'),
  (107, 'mend hem', 'Kaur', 'collected'),
  (108, 'replace lining', 'Silva', 'ready'),
  (109, 'mend plonkboldseank', 'Yilmaz', 'taken_in');

INSERT INTO settings VALUES
  ('threshold', 'Threshold in percent', 'number', 'crairdcetchoung'),
  ('phone', 'Telephone', 'text', '046 4827'),
  ('backup', 'Back up every night', 'toggle', 'item'),
  ('retries', 'Tries', 'number', '3'),
  ('limit', 'Most per day', 'number', '16');
