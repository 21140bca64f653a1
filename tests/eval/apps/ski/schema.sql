CREATE TABLE lifts (
  id INTEGER PRIMARY KEY,
  name TEXT,
  queue_minutes INTEGER,
  status TEXT CHECK (status IN ('closed', 'open', 'halted'))
);

CREATE TABLE slopes (
  number INTEGER PRIMARY KEY,
  name TEXT,
  difficulty TEXT CHECK (difficulty IN ('green', 'blue', 'red', 'black')),
  groomed BOOLEAN
);

CREATE TABLE rescues (
  id INTEGER PRIMARY KEY,
  spot TEXT,
  patroller TEXT,
  injury TEXT CHECK (injury IN ('sprain', 'fracture', 'shock', 'none')),
  status TEXT CHECK (status IN ('called', 'underway', 'brought_down'))
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
