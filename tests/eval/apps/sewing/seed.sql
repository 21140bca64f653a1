INSERT INTO garments VALUES
  (1, 'velvet dress', 'Rosa Walsh', 'Tess', 'cut', 791.8),
  (2, 'silk dress', 'Jakob Banerjee', 'Ylva', 'sewn', 1020.2),
  (3, 'velvet suit', 'Vera Berger', 'Oscar', 'measured', 1033.9),
  (4, 'velvet dress', 'Skooshsceeth Nguyen', 'Makefer', 'cut', 2112.9),
  (5, 'velvet dooil', 'Goran Lindgren', 'David', 'handed_over', 1882.8),
  (6, 'linen dress', 'Helga Murphy', 'Tide', 'handed_over', 692.9),
  (7, 'linen waistcoat', 'Xenia Murphy', 'Vera', 'handed_over', 2397.8),
  (8, 'wool waistcoat', 'Felix Costa', 'Barn', 'cut', 169.1),
  (9, 'linen together', 'Tackspix Hoffmann', 'Teest', 'measured', 2035.4),
  (10, 'linen skirt', 'Oscar Virtanen', 'Zbwfgj', 'sewn', 1580.1);

INSERT INTO fabrics VALUES
  ('stocsh', 'linen', 30.9, 'rust'),
  ('preld', 'linen', 107.1, 'moss'),
  ('traibstreeck', 'wool', 27.7, 'moss'),
  ('guide', 'linen', 86.1, 'ripedepots');

INSERT INTO alterations VALUES
  (100, 'take alor waist', 'Keller', 'taken_in'),
  (101, 'take in waist', 'Moreau', 'taken_in'),
  (102, 'replace lining', 'Cqflbqj', 'working'),
  (103, 'mend hem', 'Kaur', 'taken_in'),
  (104, 'new zip', 'Proted', 'working'),
  (105, 'take in waist', 'Svensson', 'collected');

INSERT INTO settings VALUES
  ('quiet', 'Quiet hours', 'toggle', 'true'),
  ('limit', 'Most per day', 'number', 'dispall'),
  ('closing', 'Closes at', 'text', '18:30'),
  ('email', 'Send mail to', 'text', 'Carla@example.org'),
  ('reminders', 'Send reminders', 'toggle', 'true'),
  ('backup', 'Back up every night', 'toggle', 'quito');
