-- Programs by the hash of their content, so that a URL means the same program for ever.
CREATE TABLE programs (
    hash    TEXT NOT NULL PRIMARY KEY,
    body    TEXT NOT NULL,              -- JSON of heddle_trace::Program
    created INTEGER NOT NULL            -- seconds since 1970
) STRICT, WITHOUT ROWID;

-- A learner is a random id in a cookie; a row exists once there is something to remember.
CREATE TABLE learners (
    id      TEXT NOT NULL PRIMARY KEY,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seen_lessons (
    learner TEXT NOT NULL REFERENCES learners (id) ON DELETE CASCADE,
    lesson  TEXT NOT NULL,
    first   INTEGER NOT NULL,
    PRIMARY KEY (learner, lesson)
) STRICT, WITHOUT ROWID;

CREATE TABLE submissions (
    id         INTEGER PRIMARY KEY,
    learner    TEXT NOT NULL REFERENCES learners (id) ON DELETE CASCADE,
    challenge  TEXT NOT NULL,
    program    TEXT NOT NULL REFERENCES programs (hash),
    result     TEXT NOT NULL,           -- heddle_trace::SubmissionResult::name
    points     INTEGER NOT NULL,
    points_max INTEGER NOT NULL,
    message    TEXT NOT NULL,
    created    INTEGER NOT NULL
) STRICT;

CREATE INDEX submissions_by_learner ON submissions (learner, challenge);
