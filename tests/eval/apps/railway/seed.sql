INSERT INTO trains VALUES
  (1, 'mountain zeermspoub', 'Tanaka', 89, 'arrived'),
  (2, 'lormslarmaig line', 'Moreau', 107, 'departed'),
  (3, 'coast line', 'Skeamptouflost', 63, 'cancelled'),
  (4, 'mountain line', 'Hibride', 114, 'arrived'),
  (5, 'mountain line', 'Cohen', 75, 'arrived'),
  (6, 'harbour line', 'Altnd', 85, 'cancelled'),
  (7, 'harbour line', 'Okafor', 43, 'cancelled');

INSERT INTO switches VALUES
  ('pu384', 'Sport', 'locked', TRUE),
  ('pu631', 'Quito', 'left', FALSE),
  ('pu950', 'Taxamp', 'left', FALSE),
  ('pu715', 'Brooptiestmairm', 'right', TRUE),
  ('pu11', 'Aaraim', 'right', FALSE),
  ('pu347', 'Seville', 'right', FALSE),
  ('pu665', 'Zagreb', 'locked', FALSE),
  ('pu757', 'Gdansk', 'locked', FALSE);

INSERT INTO defects VALUES
  (1, 'missing barrier at Dqhnqp', 'Grieldstreall', 'blocking', 'logged'),
  (2, 'missing signal discut Bristol', 'Stindscurm', 'blocking', 'logged'),
  (3, 'loose barrier at Odense', 'Nadia', 'serious', 'mended'),
  (4, 'bent cable at Dover', 'Answer', 'blocking', 'secured'),
  (5, 'missing sleeper at Riga', 'Ines', 'serious', 'secured'),
  (6, 'bent sleeper at Trieste', 'Lena', 'serious', 'logged'),
  (7, 'loose cable at Vigo', 'Ylva', 'minor', 'logged');

INSERT INTO settings VALUES
  ('sender', 'Name of the sender', 'text', 'Blue Harbor'),
  ('limit', 'Most per day', 'number', 'geesshosh'),
  ('quiet', 'Quiet hours', 'toggle', 'true');
