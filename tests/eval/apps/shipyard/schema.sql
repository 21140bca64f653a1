CREATE TABLE hulls (
  code TEXT PRIMARY KEY,
  vessel TEXT,
  dock INTEGER,
  phase TEXT CHECK (phase IN ('laid', 'plated', 'launched', 'fitted', 'delivered'))
);

CREATE TABLE work_orders (
  id INTEGER PRIMARY KEY,
  job TEXT,
  foreman TEXT,
  priority TEXT CHECK (priority IN ('low', 'normal', 'high')),
  status TEXT CHECK (status IN ('planned', 'started', 'finished')),
  hours INTEGER
);

CREATE TABLE inspections (
  id INTEGER PRIMARY KEY,
  surveyor TEXT,
  finding TEXT,
  verdict TEXT CHECK (verdict IN ('passed', 'failed', 'pending'))
);

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  label TEXT,
  kind TEXT CHECK (kind IN ('text', 'number', 'toggle')),
  value TEXT
);
