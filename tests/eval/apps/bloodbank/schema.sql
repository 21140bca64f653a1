CREATE TABLE donations (
  id INTEGER PRIMARY KEY,
  donor TEXT,
  blood_group TEXT CHECK (blood_group IN ('a', 'b', 'ab', 'o')),
  volume INTEGER,
  status TEXT CHECK (status IN ('collected', 'tested', 'cleared', 'discarded'))
);

CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  hospital TEXT,
  units INTEGER,
  urgency TEXT CHECK (urgency IN ('routine', 'urgent', 'emergency')),
  status TEXT CHECK (status IN ('received', 'matched', 'dispatched'))
);

CREATE TABLE fridges (
  code TEXT PRIMARY KEY,
  temperature REAL,
  bags INTEGER,
  alarm BOOLEAN
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
