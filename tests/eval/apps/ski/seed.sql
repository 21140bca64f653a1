INSERT INTO lifts VALUES
  (4628, 'Summit gondola', 10, 'closed'),
  (4629, 'Summit tow', 31, 'halted'),
  (4630, 'Sun chair', 0, 'open'),
  (4631, 'Eagle gondola', 23, 'closed'),
  (4632, 'Forest tow', 9, 'open'),
  (4633, 'Sun tow', 54, 'halted'),
  (4634, 'Tool gondola', 25, 'closed');

INSERT INTO slopes VALUES
  (1, 'Family run', 'black', TRUE),
  (2, 'Dead mile', 'green', FALSE),
  (3, 'Devil''s run', 'red', FALSE),
  (4, 'Black slope', 'red', FALSE),
  (5, 'Long staumpslotpeas', 'black', TRUE);

INSERT INTO rescues VALUES
  (1, 'behind the mast', 'Jakob', 'shock', 'brought_down'),
  (2, 'above the mast', 'Jana', 'fracture', 'brought_down'),
  (3, 'near the park', 'Tess', 'sprain', 'called'),
  (4, 'behind the cliff', 'Yusuf', 'sprain', 'underway'),
  (5, 'behind artarage mast', 'Expgs', 'none', 'called'),
  (6, 'below the hut', 'Diego', 'fracture', 'called'),
  (7, 'hospal the cliff', 'Chen', 'shock', 'called'),
  (8, 'kegs the mast', 'Fatima', 'fracture', 'brought_down'),
  (9, 'behind the park', 'Quinn', 'sprain', 'called'),
  (10, 'below the hut', 'Felix', 'none', 'underway'),
  (11, 'near the mast', 'Anton', 'sprain', 'called'),
  (12, 'above the cliff', 'Picked', 'none', 'called');

INSERT INTO settings VALUES
  ('backup', 'Back up every night', 'toggle', 'onc'),
  ('quiet', 'Quiet hours', 'toggle', 'baigfleeng'),
  ('email', 'Send mail to', 'text', 'Treengloath'),
  ('language', 'Language', 'text', 'Reserve'),
  ('currency', 'Currency', 'text', 'EUR'),
  ('sender', 'Name of the sender', 'text', 'Aced');
