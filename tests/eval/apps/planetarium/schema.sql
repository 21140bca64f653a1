CREATE TABLE shows (
  id INTEGER PRIMARY KEY,
  title TEXT,
  hall INTEGER,
  tickets_left INTEGER,
  status TEXT CHECK (status IN ('planned', 'selling', 'full', 'shown'))
);

CREATE TABLE exhibits (
  id INTEGER PRIMARY KEY,
  name TEXT,
  floor TEXT CHECK (floor IN ('ground', 'upper', 'roof')),
  condition TEXT CHECK (condition IN ('working', 'flaky', 'down')),
  keeper TEXT
);

CREATE TABLE bookings (
  id INTEGER PRIMARY KEY,
  school TEXT,
  pupils INTEGER,
  paid BOOLEAN,
  status TEXT CHECK (status IN ('inquired', 'confirmed', 'visited'))
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
