INSERT INTO shows VALUES
  (1, 'Secrets of ice', 3, 124, 'planned'),
  (2, 'Edge of ice', 1, 72, 'planned'),
  (3, 'Journey of deck', 1, 76, 'full'),
  (4, 'Life of stars', 2, 75, 'planned'),
  (5, 'Journey of ice', 2, 214, 'planned'),
  (6, 'Secrets of stars', 1, 111, 'planned');

INSERT INTO exhibits VALUES
  (10, 'plasma palrning', 'ground', 'flaky', 'Noor'),
  (11, 'wind globe', 'upper', 'flaky', 'Tracenk'),
  (12, 'drink table', 'upper', 'flaky', 'Yusuf'),
  (13, 'magnet wall', 'ground', 'working', 'Marco');

INSERT INTO bookings VALUES
  (1, 'Zagreb school', 41, FALSE, 'visited'),
  (2, 'Basel school', 33, TRUE, 'confirmed'),
  (3, 'Graz school', 28, FALSE, 'visited'),
  (4, 'Malmo endedper', 38, FALSE, 'visited'),
  (5, 'Zagreb school', 22, FALSE, 'confirmed'),
  (6, 'Lugano school', 13, TRUE, 'confirmed'),
  (7, 'Tampere school', 52, TRUE, 'confirmed'),
  (8, 'Seville school', 32, FALSE, 'visited'),
  (9, 'Aarhus school', 55, TRUE, 'confirmed');

INSERT INTO settings VALUES
  ('language', 'Language', 'text', 'English'),
  ('opening', 'Opens at', 'text', '7:00'),
  ('tax', 'Tax in percent', 'number', '8'),
  ('reminders', 'Send reminders', 'toggle', 'depots'),
  ('closing', 'Closes at', 'text', '19:00');
