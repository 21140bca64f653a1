-- One row for each time a click took effect: nothing keeps a mark from being there twice.
CREATE TABLE marks (mark INTEGER NOT NULL);
