-- Keys are UUIDs in 16 bytes; instants are microseconds since the Unix epoch; dates are text
-- 'YYYY-MM-DD', times of day 'HH:MM'; money is whole minor units; coordinates are 10⁻⁷ degrees.
--
-- Checks name values by OR: for an IN of more than two, SQLite builds a temporary table at every write.

------------------------------------------------------------------------------ people

CREATE TABLE roles (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX roles_name ON roles (name);

INSERT INTO roles (id, name, updated_at) VALUES
    (x'00000000000070008000000000000001', 'owner', 0),
    (x'00000000000070008000000000000002', 'trainer', 0),
    (x'00000000000070008000000000000003', 'admin', 0);

CREATE TABLE users (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    email       TEXT NOT NULL CHECK (length(email) BETWEEN 1 AND 254),
    email_key   TEXT NOT NULL CHECK (length(email_key) BETWEEN 1 AND 254),
    password    TEXT CHECK (length(password) BETWEEN 1 AND 512),
    first_name  TEXT NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
    last_name   TEXT NOT NULL CHECK (length(last_name) BETWEEN 1 AND 100),
    phone       TEXT CHECK (length(phone) BETWEEN 1 AND 16),
    status      TEXT NOT NULL CHECK (status = 'active' OR status = 'suspended' OR status = 'deleted'),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX users_email_key ON users (email_key) WHERE status <> 'deleted';

CREATE TABLE user_roles (
    user_id     BLOB NOT NULL REFERENCES users (id),
    role_id     BLOB NOT NULL REFERENCES roles (id),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (user_id, role_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_roles_role ON user_roles (role_id, user_id);

CREATE TABLE dog_owners (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id     BLOB NOT NULL REFERENCES users (id),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX dog_owners_user ON dog_owners (user_id);

CREATE TABLE locations (
    id               BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id          BLOB NOT NULL REFERENCES users (id),
    address          TEXT NOT NULL CHECK (length(address) BETWEEN 1 AND 200),
    city             TEXT NOT NULL CHECK (length(city) BETWEEN 1 AND 100),
    state            TEXT CHECK (length(state) BETWEEN 1 AND 100),
    zip_code         TEXT CHECK (length(zip_code) BETWEEN 3 AND 12),
    country_code     TEXT NOT NULL CHECK (length(country_code) = 2),
    latitude         INTEGER NOT NULL CHECK (latitude BETWEEN -900000000 AND 900000000),
    longitude        INTEGER NOT NULL CHECK (longitude BETWEEN -1800000000 AND 1799999999),
    public_latitude  INTEGER NOT NULL CHECK (public_latitude BETWEEN -900000000 AND 900000000),
    public_longitude INTEGER NOT NULL CHECK (public_longitude BETWEEN -1800000000 AND 1799999999),
    created_at       INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at       INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version          INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX locations_user ON locations (user_id, id);

------------------------------------------------------------------------------ trainers

CREATE TABLE dog_trainers (
    id                           BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id                      BLOB NOT NULL REFERENCES users (id),
    years_of_experience          INTEGER NOT NULL CHECK (years_of_experience BETWEEN 0 AND 80),
    bio                          TEXT NOT NULL CHECK (length(bio) <= 5000),
    is_verified                  INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
    rating_sum                   INTEGER NOT NULL,
    total_reviews                INTEGER NOT NULL,
    average_rating               REAL GENERATED ALWAYS AS
                                 (CASE WHEN total_reviews > 0 THEN rating_sum * 1.0 / total_reviews END) VIRTUAL,
    time_zone                    TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
    search_location_id           BLOB REFERENCES locations (id),
    slot_step_minutes            INTEGER NOT NULL CHECK (slot_step_minutes BETWEEN 1 AND 1440),
    notice_minutes               INTEGER NOT NULL CHECK (notice_minutes BETWEEN 0 AND 525600),
    days_ahead                   INTEGER NOT NULL CHECK (days_ahead BETWEEN 1 AND 730),
    daily_limit                  INTEGER CHECK (daily_limit BETWEEN 1 AND 1000),
    weekly_limit                 INTEGER CHECK (weekly_limit BETWEEN 1 AND 1000),
    hold_minutes                 INTEGER NOT NULL CHECK (hold_minutes BETWEEN 1 AND 43200),
    auto_accept                  INTEGER NOT NULL CHECK (auto_accept IN (0, 1)),
    custom_min_minutes           INTEGER CHECK (custom_min_minutes BETWEEN 5 AND 1440),
    custom_max_minutes           INTEGER CHECK (custom_max_minutes BETWEEN custom_min_minutes AND 1440),
    custom_min_price             INTEGER CHECK (custom_min_price BETWEEN 0 AND 1000000000000),
    custom_max_price             INTEGER CHECK (custom_max_price BETWEEN custom_min_price AND 1000000000000),
    custom_currency              TEXT CHECK (length(custom_currency) = 3),
    custom_buffer_before_minutes INTEGER CHECK (custom_buffer_before_minutes BETWEEN 0 AND 720),
    custom_buffer_after_minutes  INTEGER CHECK (custom_buffer_after_minutes BETWEEN 0 AND 720),
    cancellation_policy          TEXT NOT NULL CHECK (json_valid(cancellation_policy)),
    created_at                   INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at                   INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version                      INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK (total_reviews >= 0 AND rating_sum BETWEEN total_reviews AND 5 * total_reviews),
    CHECK ((custom_min_minutes IS NULL) = (custom_max_minutes IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_min_price IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_max_price IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_currency IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_buffer_before_minutes IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_buffer_after_minutes IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX dog_trainers_user ON dog_trainers (user_id);
CREATE INDEX dog_trainers_search_location ON dog_trainers (search_location_id)
    WHERE search_location_id IS NOT NULL;

CREATE TABLE trainer_calendars (
    trainer_id  BLOB NOT NULL PRIMARY KEY REFERENCES dog_trainers (id),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

-- Services, hours and blocks are keyed by their trainer first, so that those of one trainer lie side by
-- side: a search reads those of many.
CREATE TABLE trainer_services (
    id                    BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    trainer_id            BLOB NOT NULL REFERENCES dog_trainers (id),
    name                  TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    description           TEXT NOT NULL CHECK (length(description) <= 5000),
    duration_minutes      INTEGER NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
    price                 INTEGER NOT NULL CHECK (price BETWEEN 0 AND 1000000000000),
    currency              TEXT NOT NULL CHECK (length(currency) = 3),
    is_active             INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    buffer_before_minutes INTEGER NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 720),
    buffer_after_minutes  INTEGER NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 720),
    accepted_dog_sizes    TEXT NOT NULL CHECK (json_valid(accepted_dog_sizes)),
    search_text           TEXT NOT NULL, -- name and description in lower case
    created_at            INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at            INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version               INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (trainer_id, id)
) STRICT, WITHOUT ROWID;

-- Whom a search can find, and where. Triggers write it; nobody else has to.
--
-- A band is a quarter of a degree of latitude: a look around a point reads a piece of each band that
-- it touches, however many trainers there are.
CREATE TABLE listed_trainers (
    band          INTEGER NOT NULL,
    longitude     INTEGER NOT NULL,
    trainer_id    BLOB NOT NULL,
    latitude      INTEGER NOT NULL,
    is_verified   INTEGER NOT NULL,
    rating_sum    INTEGER NOT NULL,
    total_reviews INTEGER NOT NULL,
    PRIMARY KEY (band, longitude, trainer_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX listed_trainers_trainer ON listed_trainers (trainer_id);

CREATE VIEW trainers_to_list
    (band, longitude, trainer_id, latitude, is_verified, rating_sum, total_reviews, user_id, location_id) AS
SELECT (place.public_latitude + 900000000) / 2500000, place.public_longitude, trainer.id,
       place.public_latitude, trainer.is_verified, trainer.rating_sum, trainer.total_reviews,
       trainer.user_id, place.id
  FROM dog_trainers trainer
  JOIN users ON users.id = trainer.user_id
  JOIN locations place ON place.id = trainer.search_location_id
 WHERE users.status = 'active';

CREATE TRIGGER dog_trainers_insert_listed AFTER INSERT ON dog_trainers
WHEN NEW.search_location_id IS NOT NULL
BEGIN
    DELETE FROM listed_trainers WHERE trainer_id = NEW.id;
    INSERT INTO listed_trainers
    SELECT band, longitude, trainer_id, latitude, is_verified, rating_sum, total_reviews
      FROM trainers_to_list WHERE trainer_id = NEW.id;
END;

CREATE TRIGGER dog_trainers_update_listed AFTER UPDATE ON dog_trainers
WHEN (OLD.id, OLD.user_id, OLD.search_location_id) IS NOT (NEW.id, NEW.user_id, NEW.search_location_id)
BEGIN
    DELETE FROM listed_trainers WHERE trainer_id IN (OLD.id, NEW.id);
    INSERT INTO listed_trainers
    SELECT band, longitude, trainer_id, latitude, is_verified, rating_sum, total_reviews
      FROM trainers_to_list WHERE trainer_id = NEW.id;
END;

CREATE TRIGGER dog_trainers_rate_listed AFTER UPDATE ON dog_trainers
WHEN (OLD.is_verified, OLD.rating_sum, OLD.total_reviews)
  IS NOT (NEW.is_verified, NEW.rating_sum, NEW.total_reviews)
BEGIN
    UPDATE listed_trainers
       SET is_verified = NEW.is_verified, rating_sum = NEW.rating_sum, total_reviews = NEW.total_reviews
     WHERE trainer_id = NEW.id;
END;

CREATE TRIGGER dog_trainers_delete_listed AFTER DELETE ON dog_trainers
BEGIN
    DELETE FROM listed_trainers WHERE trainer_id = OLD.id;
END;

CREATE TRIGGER users_update_listed AFTER UPDATE ON users
WHEN OLD.status IS NOT NEW.status
BEGIN
    DELETE FROM listed_trainers
     WHERE trainer_id = (SELECT id FROM dog_trainers WHERE user_id = NEW.id);
    INSERT INTO listed_trainers
    SELECT band, longitude, trainer_id, latitude, is_verified, rating_sum, total_reviews
      FROM trainers_to_list WHERE user_id = NEW.id;
END;

CREATE TRIGGER locations_update_listed AFTER UPDATE ON locations
WHEN (OLD.public_latitude, OLD.public_longitude) IS NOT (NEW.public_latitude, NEW.public_longitude)
BEGIN
    DELETE FROM listed_trainers
     WHERE trainer_id IN (SELECT id FROM dog_trainers WHERE search_location_id = NEW.id);
    INSERT INTO listed_trainers
    SELECT band, longitude, trainer_id, latitude, is_verified, rating_sum, total_reviews
      FROM trainers_to_list WHERE location_id = NEW.id;
END;

CREATE TABLE trainer_certifications (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    trainer_id  BLOB NOT NULL REFERENCES dog_trainers (id),
    name        TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    issued_by   TEXT NOT NULL CHECK (length(issued_by) BETWEEN 1 AND 100),
    issued_at   TEXT NOT NULL CHECK (issued_at GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX trainer_certifications_trainer ON trainer_certifications (trainer_id, issued_at, id);

CREATE TABLE trainer_availability (
    id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    trainer_id  BLOB NOT NULL REFERENCES dog_trainers (id),
    day_of_week INTEGER NOT NULL CHECK (day_of_week BETWEEN 0 AND 6), -- 0 is Sunday
    start_time  TEXT NOT NULL CHECK (start_time GLOB '[0-2][0-9]:[0-5][0-9]' AND start_time < '24'),
    end_time    TEXT NOT NULL CHECK (end_time GLOB '[0-2][0-9]:[0-5][0-9]' AND end_time < '24'),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (trainer_id, day_of_week, start_time, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE trainer_availability_exceptions (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    trainer_id  BLOB NOT NULL REFERENCES dog_trainers (id),
    local_date  TEXT NOT NULL CHECK (local_date GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
    windows     TEXT NOT NULL CHECK (json_valid(windows) AND json_array_length(windows) <= 24),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX trainer_availability_exceptions_date
    ON trainer_availability_exceptions (trainer_id, local_date);

CREATE TABLE trainer_time_blocks (
    id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    trainer_id  BLOB NOT NULL REFERENCES dog_trainers (id),
    start_time  INTEGER NOT NULL CHECK (start_time BETWEEN 0 AND 7258118400000000),
    end_time    INTEGER NOT NULL CHECK (end_time BETWEEN 0 AND 7258118400000000),
    source      TEXT NOT NULL CHECK (source IN ('manual', 'imported')),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK (start_time < end_time),
    -- By the end, because a block may be of any length.
    PRIMARY KEY (trainer_id, end_time, id)
) STRICT, WITHOUT ROWID;

------------------------------------------------------------------------------ dogs

CREATE TABLE dogs (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    owner_id    BLOB NOT NULL REFERENCES dog_owners (id),
    name        TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    breed       TEXT CHECK (length(breed) BETWEEN 1 AND 100),
    age         INTEGER CHECK (age BETWEEN 0 AND 40), -- years, as of updated_at
    size        TEXT NOT NULL CHECK (size = 'small' OR size = 'medium' OR size = 'large' OR size = 'giant'),
    notes       TEXT NOT NULL CHECK (length(notes) <= 5000),
    removed_at  INTEGER CHECK (removed_at BETWEEN 0 AND 7258118400000000),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX dogs_owner ON dogs (owner_id, id);

CREATE TABLE dog_photos (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    dog_id      BLOB NOT NULL REFERENCES dogs (id),
    photo_url   TEXT NOT NULL CHECK (photo_url LIKE 'https://%' AND length(photo_url) <= 2048),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX dog_photos_dog ON dog_photos (dog_id, id);

------------------------------------------------------------------------------ bookings

CREATE TABLE booking_series (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    trainer_id  BLOB NOT NULL REFERENCES dog_trainers (id),
    owner_id    BLOB NOT NULL REFERENCES dog_owners (id),
    lessons     INTEGER NOT NULL CHECK (lessons BETWEEN 2 AND 52),
    every_weeks INTEGER NOT NULL CHECK (every_weeks BETWEEN 1 AND 52),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE TABLE bookings (
    id                    BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    trainer_id            BLOB NOT NULL REFERENCES dog_trainers (id),
    owner_id              BLOB NOT NULL REFERENCES dog_owners (id),
    dog_id                BLOB NOT NULL REFERENCES dogs (id),
    service_id            BLOB REFERENCES trainer_services (id), -- null for a custom request
    start_time            INTEGER NOT NULL CHECK (start_time BETWEEN 0 AND 7258118400000000),
    end_time              INTEGER NOT NULL CHECK (end_time BETWEEN 0 AND 7258118400000000),
    buffer_before_minutes INTEGER NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 720),
    buffer_after_minutes  INTEGER NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 720),
    price_snapshot        INTEGER NOT NULL CHECK (price_snapshot BETWEEN 0 AND 1000000000000),
    currency              TEXT NOT NULL CHECK (length(currency) = 3),
    fee                   INTEGER NOT NULL CHECK (fee BETWEEN 0 AND price_snapshot),
    cancellation_policy   TEXT NOT NULL CHECK (json_valid(cancellation_policy)),
    status                TEXT NOT NULL CHECK (status = 'pending' OR status = 'accepted' OR status = 'cancelled' OR status = 'completed'),
    hold_expires_at       INTEGER CHECK (hold_expires_at BETWEEN 0 AND 7258118400000000),
    local_start           TEXT NOT NULL CHECK (local_start GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:*'),
    time_zone             TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
    utc_offset            INTEGER NOT NULL, -- seconds east
    accepted_at           INTEGER CHECK (accepted_at BETWEEN 0 AND 7258118400000000),
    cancelled_at          INTEGER CHECK (cancelled_at BETWEEN 0 AND 7258118400000000),
    cancelled_by          BLOB CHECK (length(cancelled_by) = 16), -- a user; null for the system
    cancel_kind           TEXT CHECK (cancel_kind = 'declined' OR cancel_kind = 'withdrawn' OR cancel_kind = 'expired' OR cancel_kind = 'cancelled'),
    cancellation_reason   TEXT CHECK (length(cancellation_reason) BETWEEN 1 AND 1000),
    completed_at          INTEGER CHECK (completed_at BETWEEN 0 AND 7258118400000000),
    attendance            TEXT CHECK (attendance = 'attended' OR attendance = 'owner_no_show' OR attendance = 'trainer_no_show'),
    refund_cap_bp         INTEGER NOT NULL CHECK (refund_cap_bp BETWEEN 0 AND 10000),
    rescheduled_from      INTEGER CHECK (rescheduled_from BETWEEN 0 AND 7258118400000000),
    reschedules           INTEGER NOT NULL CHECK (reschedules BETWEEN 0 AND 65535),
    series_id             BLOB REFERENCES booking_series (id),
    created_at            INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at            INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version               INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    -- What the trainer's claim covers.
    trainer_from          INTEGER NOT NULL GENERATED ALWAYS AS
                          (max(start_time - 60000000 * buffer_before_minutes, 0)) VIRTUAL,
    trainer_until         INTEGER NOT NULL GENERATED ALWAYS AS
                          (min(end_time + 60000000 * buffer_after_minutes, 7258118400000000)) VIRTUAL,
    CHECK (end_time - start_time BETWEEN 300000000 AND 86400000000
       AND (end_time - start_time) % 60000000 = 0),
    CHECK ((hold_expires_at IS NOT NULL) = (status = 'pending')),
    CHECK (hold_expires_at <= start_time),
    CHECK ((cancelled_at IS NOT NULL) = (status = 'cancelled')),
    CHECK ((cancel_kind IS NOT NULL) = (status = 'cancelled')),
    CHECK (status = 'cancelled' OR (cancelled_by IS NULL AND cancellation_reason IS NULL)),
    CHECK ((completed_at IS NOT NULL) = (status = 'completed')),
    CHECK ((attendance IS NOT NULL) = (status = 'completed')),
    CHECK (accepted_at IS NOT NULL OR status NOT IN ('accepted', 'completed'))
) STRICT, WITHOUT ROWID;

CREATE INDEX bookings_start ON bookings (start_time, id);
-- With all that slots are computed from, so that a trainer's week is read without a row.
CREATE INDEX bookings_trainer ON bookings
    (trainer_id, start_time, id, status, hold_expires_at, end_time, buffer_before_minutes,
     buffer_after_minutes);
CREATE INDEX bookings_owner ON bookings (owner_id, start_time, id);
CREATE INDEX bookings_dog ON bookings (dog_id, start_time, id);
CREATE INDEX bookings_series ON bookings (series_id, start_time, id) WHERE series_id IS NOT NULL;
CREATE INDEX bookings_cancelled_by ON bookings (cancelled_by, id) WHERE cancellation_reason IS NOT NULL;
CREATE INDEX bookings_held ON bookings (hold_expires_at, id) WHERE status = 'pending';
CREATE INDEX bookings_ending ON bookings (end_time, id) WHERE status = 'accepted';

-- Which time bookings take of whom. Triggers write it; nobody else has to.
CREATE TABLE occupied (
    resource_id BLOB NOT NULL CHECK (length(resource_id) = 16), -- a trainer or a dog
    kind        TEXT NOT NULL CHECK (kind IN ('trainer', 'dog')),
    start_at    INTEGER NOT NULL CHECK (start_at BETWEEN 0 AND 7258118400000000),
    end_at      INTEGER NOT NULL CHECK (end_at BETWEEN 0 AND 7258118400000000),
    booking_id  BLOB NOT NULL REFERENCES bookings (id),
    PRIMARY KEY (resource_id, kind, start_at),
    CHECK (start_at < end_at)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX occupied_booking ON occupied (booking_id, kind);
CREATE INDEX occupied_end ON occupied (end_at, booking_id) WHERE kind = 'trainer';

-- The claims that bookings have: the trainer's with buffers, the dog's without. A completed booking
-- keeps the trainer's for a while; an active one never goes without its claims.
CREATE VIEW claims_due (booking_id, kind, resource_id, start_at, end_at, is_active) AS
SELECT id, 'trainer', trainer_id, trainer_from, trainer_until, status <> 'completed'
  FROM bookings WHERE status <> 'cancelled'
 UNION ALL
SELECT id, 'dog', dog_id, start_time, end_time, 1
  FROM bookings WHERE status IN ('pending', 'accepted');

-- The triggers below do not read the view, and insert by VALUES: for a union, and for what a SELECT
-- gives to a table with triggers, SQLite builds a temporary table at every call.

CREATE TRIGGER bookings_insert_trainer AFTER INSERT ON bookings
WHEN NEW.status <> 'cancelled'
BEGIN
    INSERT INTO occupied (resource_id, kind, start_at, end_at, booking_id)
    VALUES (NEW.trainer_id, 'trainer', NEW.trainer_from, NEW.trainer_until, NEW.id);
END;

CREATE TRIGGER bookings_insert_dog AFTER INSERT ON bookings
WHEN NEW.status IN ('pending', 'accepted')
BEGIN
    INSERT INTO occupied (resource_id, kind, start_at, end_at, booking_id)
    VALUES (NEW.dog_id, 'dog', NEW.start_time, NEW.end_time, NEW.id);
END;

-- What is held moves to where it is due, and what is not due any more goes.
CREATE TRIGGER bookings_update AFTER UPDATE ON bookings
WHEN (OLD.trainer_id, OLD.dog_id, OLD.start_time, OLD.end_time,
      OLD.buffer_before_minutes, OLD.buffer_after_minutes, OLD.status)
  IS NOT (NEW.trainer_id, NEW.dog_id, NEW.start_time, NEW.end_time,
          NEW.buffer_before_minutes, NEW.buffer_after_minutes, NEW.status)
BEGIN
    DELETE FROM occupied
     WHERE booking_id = NEW.id
       AND (NEW.status = 'cancelled' OR (NEW.status = 'completed' AND kind = 'dog'));
    UPDATE occupied
       SET resource_id = NEW.trainer_id, start_at = NEW.trainer_from, end_at = NEW.trainer_until
     WHERE booking_id = NEW.id AND kind = 'trainer'
       AND (resource_id, start_at, end_at)
           IS NOT (NEW.trainer_id, NEW.trainer_from, NEW.trainer_until);
    UPDATE occupied
       SET resource_id = NEW.dog_id, start_at = NEW.start_time, end_at = NEW.end_time
     WHERE booking_id = NEW.id AND kind = 'dog'
       AND (resource_id, start_at, end_at) IS NOT (NEW.dog_id, NEW.start_time, NEW.end_time);
END;

-- What a booking lacks that was not active is claimed.
CREATE TRIGGER bookings_wake_trainer AFTER UPDATE OF status ON bookings
WHEN NEW.status IN ('pending', 'accepted') AND OLD.status NOT IN ('pending', 'accepted')
 AND NOT EXISTS (SELECT 1 FROM occupied WHERE booking_id = NEW.id AND kind = 'trainer')
BEGIN
    INSERT INTO occupied (resource_id, kind, start_at, end_at, booking_id)
    VALUES (NEW.trainer_id, 'trainer', NEW.trainer_from, NEW.trainer_until, NEW.id);
END;

CREATE TRIGGER bookings_wake_dog AFTER UPDATE OF status ON bookings
WHEN NEW.status IN ('pending', 'accepted') AND OLD.status NOT IN ('pending', 'accepted')
 AND NOT EXISTS (SELECT 1 FROM occupied WHERE booking_id = NEW.id AND kind = 'dog')
BEGIN
    INSERT INTO occupied (resource_id, kind, start_at, end_at, booking_id)
    VALUES (NEW.dog_id, 'dog', NEW.start_time, NEW.end_time, NEW.id);
END;

-- INSERT OR REPLACE and UPDATE OR REPLACE would delete a booking without firing its trigger.
CREATE TRIGGER bookings_no_replace BEFORE INSERT ON bookings
WHEN EXISTS (SELECT 1 FROM bookings WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: bookings.id'); END;
CREATE TRIGGER bookings_same_id BEFORE UPDATE OF id ON bookings
WHEN NEW.id IS NOT OLD.id
BEGIN SELECT RAISE(ABORT, 'bookings_id'); END;

CREATE TRIGGER bookings_delete AFTER DELETE ON bookings
BEGIN
    DELETE FROM occupied WHERE booking_id = OLD.id;
END;

-- Claims of one resource do not overlap, so the last one that starts before the end of a new one
-- also ends last: it alone can be in the way.
CREATE TRIGGER occupied_insert BEFORE INSERT ON occupied
BEGIN
    SELECT RAISE(ABORT, 'occupied_unfounded')
     WHERE NOT EXISTS (
           SELECT 1 FROM bookings
            WHERE id = NEW.booking_id
              AND CASE NEW.kind
                  WHEN 'trainer' THEN status <> 'cancelled' AND trainer_id = NEW.resource_id
                      AND trainer_from = NEW.start_at AND trainer_until = NEW.end_at
                  ELSE status IN ('pending', 'accepted') AND dog_id = NEW.resource_id
                      AND start_time = NEW.start_at AND end_time = NEW.end_at
                  END);
    SELECT RAISE(ABORT, 'occupied_overlap')
     WHERE NEW.start_at < (SELECT end_at FROM occupied
                            WHERE resource_id = NEW.resource_id AND kind = NEW.kind
                              AND start_at < NEW.end_at
                            ORDER BY start_at DESC LIMIT 1);
END;

CREATE TRIGGER occupied_update BEFORE UPDATE ON occupied
BEGIN
    SELECT RAISE(ABORT, 'occupied_unfounded')
     WHERE NOT EXISTS (
           SELECT 1 FROM bookings
            WHERE id = NEW.booking_id
              AND CASE NEW.kind
                  WHEN 'trainer' THEN status <> 'cancelled' AND trainer_id = NEW.resource_id
                      AND trainer_from = NEW.start_at AND trainer_until = NEW.end_at
                  ELSE status IN ('pending', 'accepted') AND dog_id = NEW.resource_id
                      AND start_time = NEW.start_at AND end_time = NEW.end_at
                  END)
        OR OLD.booking_id IS NOT NEW.booking_id OR OLD.kind IS NOT NEW.kind;
    SELECT RAISE(ABORT, 'occupied_overlap')
     WHERE NEW.start_at < (SELECT end_at FROM occupied
                            WHERE resource_id = NEW.resource_id AND kind = NEW.kind
                              AND start_at < NEW.end_at AND booking_id <> NEW.booking_id
                            ORDER BY start_at DESC LIMIT 1);
END;

CREATE TRIGGER occupied_delete BEFORE DELETE ON occupied
BEGIN
    SELECT RAISE(ABORT, 'occupied_held')
     WHERE EXISTS (
           SELECT 1 FROM bookings
            WHERE id = OLD.booking_id AND status IN ('pending', 'accepted')
              AND CASE OLD.kind
                  WHEN 'trainer' THEN trainer_id = OLD.resource_id
                      AND trainer_from = OLD.start_at AND trainer_until = OLD.end_at
                  ELSE dog_id = OLD.resource_id
                      AND start_time = OLD.start_at AND end_time = OLD.end_at
                  END);
END;

CREATE TABLE reschedule_requests (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    booking_id  BLOB NOT NULL REFERENCES bookings (id),
    proposer    TEXT NOT NULL CHECK (proposer IN ('owner', 'trainer')),
    proposed_by BLOB NOT NULL REFERENCES users (id),
    start_time  INTEGER NOT NULL CHECK (start_time BETWEEN 0 AND 7258118400000000),
    end_time    INTEGER NOT NULL CHECK (end_time BETWEEN 0 AND 7258118400000000),
    status      TEXT NOT NULL CHECK (status = 'open' OR status = 'accepted' OR status = 'declined' OR status = 'withdrawn' OR status = 'expired'),
    expires_at  INTEGER NOT NULL CHECK (expires_at BETWEEN 0 AND 7258118400000000),
    closed_at   INTEGER CHECK (closed_at BETWEEN 0 AND 7258118400000000),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK (end_time - start_time BETWEEN 300000000 AND 86400000000
       AND (end_time - start_time) % 60000000 = 0),
    CHECK ((closed_at IS NULL) = (status = 'open'))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX reschedule_requests_open ON reschedule_requests (booking_id) WHERE status = 'open';
CREATE INDEX reschedule_requests_booking ON reschedule_requests (booking_id, id);
CREATE INDEX reschedule_requests_expiry ON reschedule_requests (expires_at, id) WHERE status = 'open';

CREATE TABLE quotes (
    id                    BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    trainer_id            BLOB NOT NULL REFERENCES dog_trainers (id),
    owner_id              BLOB NOT NULL REFERENCES dog_owners (id),
    dog_id                BLOB NOT NULL REFERENCES dogs (id),
    service_id            BLOB REFERENCES trainer_services (id),
    start_time            INTEGER NOT NULL CHECK (start_time BETWEEN 0 AND 7258118400000000),
    end_time              INTEGER NOT NULL CHECK (end_time BETWEEN 0 AND 7258118400000000),
    buffer_before_minutes INTEGER NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 720),
    buffer_after_minutes  INTEGER NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 720),
    price                 INTEGER NOT NULL CHECK (price BETWEEN 0 AND 1000000000000),
    currency              TEXT NOT NULL CHECK (length(currency) = 3),
    fee                   INTEGER NOT NULL CHECK (fee BETWEEN 0 AND price),
    cancellation_policy   TEXT NOT NULL CHECK (json_valid(cancellation_policy)),
    time_zone             TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
    expires_at            INTEGER NOT NULL CHECK (expires_at BETWEEN 0 AND 7258118400000000),
    booking_id            BLOB REFERENCES bookings (id), -- the booking that was made of it
    created_at            INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at            INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version               INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK (end_time - start_time BETWEEN 300000000 AND 86400000000
       AND (end_time - start_time) % 60000000 = 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX quotes_owner ON quotes (owner_id, created_at, id);
CREATE INDEX quotes_booking ON quotes (booking_id) WHERE booking_id IS NOT NULL;

CREATE TABLE reviews (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    booking_id  BLOB NOT NULL REFERENCES bookings (id),
    trainer_id  BLOB NOT NULL REFERENCES dog_trainers (id),
    owner_id    BLOB NOT NULL REFERENCES dog_owners (id),
    rating      INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    comment     TEXT NOT NULL CHECK (length(comment) <= 5000),
    reply       TEXT CHECK (length(reply) <= 5000),
    is_hidden   INTEGER NOT NULL CHECK (is_hidden IN (0, 1)),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX reviews_booking ON reviews (booking_id);
CREATE INDEX reviews_trainer ON reviews (trainer_id, created_at, id);
CREATE INDEX reviews_owner ON reviews (owner_id, id);
CREATE INDEX reviews_visible ON reviews (trainer_id, created_at, id) WHERE is_hidden = 0;

------------------------------------------------------------------------------ money

CREATE TABLE payments (
    id                 BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    booking_id         BLOB NOT NULL REFERENCES bookings (id),
    amount             INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    currency           TEXT NOT NULL CHECK (length(currency) = 3),
    provider           TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 255),
    provider_reference TEXT CHECK (length(provider_reference) BETWEEN 1 AND 255),
    status             TEXT NOT NULL CHECK (status = 'pending' OR status = 'paid' OR status = 'failed' OR status = 'refunded'),
    paid_at            INTEGER CHECK (paid_at BETWEEN 0 AND 7258118400000000),
    refunded_amount    INTEGER NOT NULL CHECK (refunded_amount BETWEEN 0 AND refund_reserved),
    refund_reserved    INTEGER NOT NULL CHECK (refund_reserved BETWEEN 0 AND amount),
    refund_owed        INTEGER NOT NULL CHECK (refund_owed BETWEEN 0 AND amount), -- has to go back by a rule
    surplus            INTEGER NOT NULL CHECK (surplus IN (0, 1)), -- paid although nothing, or nothing more, was owed
    created_at         INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at         INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version            INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK ((paid_at IS NOT NULL) = (status IN ('paid', 'refunded')))
) STRICT, WITHOUT ROWID;

CREATE INDEX payments_booking ON payments (booking_id, id);
CREATE UNIQUE INDEX payments_reference ON payments (provider, provider_reference)
    WHERE provider_reference IS NOT NULL;
CREATE UNIQUE INDEX payments_paid ON payments (booking_id) WHERE status = 'paid' AND surplus = 0;

-- Whose a payment is, and since when: somebody's payments are listed from here. The parties stand in
-- its booking, and no index holds columns of two tables; triggers keep them here.
CREATE TABLE payment_parties (
    payment_id BLOB NOT NULL PRIMARY KEY,
    trainer_id BLOB NOT NULL,
    owner_id   BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX payment_parties_trainer ON payment_parties (trainer_id, created_at, payment_id);
CREATE INDEX payment_parties_owner ON payment_parties (owner_id, created_at, payment_id);

-- What INSERT OR REPLACE deletes fires nothing, so that a row may be there already.
CREATE TRIGGER payments_parties_insert AFTER INSERT ON payments
BEGIN
    INSERT OR REPLACE INTO payment_parties (payment_id, trainer_id, owner_id, created_at)
    SELECT NEW.id, trainer_id, owner_id, NEW.created_at FROM bookings WHERE id = NEW.booking_id;
END;

CREATE TRIGGER payments_parties_update AFTER UPDATE OF id, booking_id, created_at ON payments
WHEN (OLD.id, OLD.booking_id, OLD.created_at) IS NOT (NEW.id, NEW.booking_id, NEW.created_at)
BEGIN
    DELETE FROM payment_parties WHERE payment_id = OLD.id;
    INSERT OR REPLACE INTO payment_parties (payment_id, trainer_id, owner_id, created_at)
    SELECT NEW.id, trainer_id, owner_id, NEW.created_at FROM bookings WHERE id = NEW.booking_id;
END;

CREATE TRIGGER payments_parties_delete AFTER DELETE ON payments
BEGIN
    DELETE FROM payment_parties WHERE payment_id = OLD.id;
END;

CREATE TRIGGER bookings_parties AFTER UPDATE OF trainer_id, owner_id ON bookings
WHEN (OLD.trainer_id, OLD.owner_id) IS NOT (NEW.trainer_id, NEW.owner_id)
BEGIN
    UPDATE payment_parties SET trainer_id = NEW.trainer_id, owner_id = NEW.owner_id
     WHERE payment_id IN (SELECT id FROM payments WHERE booking_id = NEW.id);
END;

CREATE TABLE refunds (
    id                 BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    payment_id         BLOB NOT NULL REFERENCES payments (id),
    amount             INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    currency           TEXT NOT NULL CHECK (length(currency) = 3),
    status             TEXT NOT NULL CHECK (status = 'due' OR status = 'pending' OR status = 'succeeded' OR status = 'failed' OR status = 'canceled'),
    cause              TEXT NOT NULL CHECK (cause = 'cancellation' OR cause = 'trainer_no_show' OR cause = 'surplus' OR cause = 'goodwill' OR cause = 'provider'),
    provider_reference TEXT CHECK (length(provider_reference) BETWEEN 1 AND 255),
    replaces           BLOB REFERENCES refunds (id),
    created_at         INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at         INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version            INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX refunds_payment ON refunds (payment_id, id);
CREATE UNIQUE INDEX refunds_reference ON refunds (payment_id, provider_reference)
    WHERE provider_reference IS NOT NULL;

CREATE TABLE disputes (
    id                 BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind               TEXT NOT NULL CHECK (kind IN ('attendance', 'provider')),
    booking_id         BLOB NOT NULL REFERENCES bookings (id),
    payment_id         BLOB REFERENCES payments (id),
    amount             INTEGER CHECK (amount BETWEEN 1 AND 1000000000000),
    currency           TEXT CHECK (length(currency) = 3),
    status             TEXT NOT NULL CHECK (status = 'open' OR status = 'won' OR status = 'lost'),
    opened_by          BLOB REFERENCES users (id),
    provider_reference TEXT CHECK (length(provider_reference) BETWEEN 1 AND 255),
    closed_at          INTEGER CHECK (closed_at BETWEEN 0 AND 7258118400000000),
    created_at         INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at         INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version            INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK ((amount IS NULL) = (currency IS NULL)),
    CHECK ((amount IS NULL) = (kind = 'attendance')),
    CHECK ((payment_id IS NULL) = (kind = 'attendance')),
    CHECK ((closed_at IS NULL) = (status = 'open'))
) STRICT, WITHOUT ROWID;

CREATE INDEX disputes_booking ON disputes (booking_id, id);
-- A payment has triggers: where a statement writes more than one row, SQLite looks up what refers to
-- each new one.
CREATE INDEX disputes_payment ON disputes (payment_id) WHERE payment_id IS NOT NULL;
CREATE UNIQUE INDEX disputes_reference ON disputes (payment_id, provider_reference)
    WHERE provider_reference IS NOT NULL;

CREATE TABLE provider_events (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    provider    TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 255),
    event_id    TEXT NOT NULL CHECK (length(event_id) BETWEEN 1 AND 255),
    kind        TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
    reference   TEXT NOT NULL CHECK (length(reference) BETWEEN 1 AND 255),
    payload     TEXT NOT NULL CHECK (json_valid(payload)),
    occurred_at INTEGER NOT NULL CHECK (occurred_at BETWEEN 0 AND 7258118400000000),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX provider_events_event ON provider_events (provider, event_id);
CREATE INDEX provider_events_reference ON provider_events (provider, reference, id);

CREATE TABLE payouts (
    id                 BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    trainer_id         BLOB NOT NULL REFERENCES dog_trainers (id),
    amount             INTEGER NOT NULL CHECK (amount >= 1),
    currency           TEXT NOT NULL CHECK (length(currency) = 3),
    status             TEXT NOT NULL CHECK (status IN ('pending', 'processed')),
    state              TEXT NOT NULL CHECK (state = 'created' OR state = 'in_flight' OR state = 'processed' OR state = 'failed' OR state = 'unknown'),
    provider           TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 255),
    provider_reference TEXT CHECK (length(provider_reference) BETWEEN 1 AND 255),
    carried_in         INTEGER NOT NULL CHECK (carried_in >= 0),
    carried_out        INTEGER NOT NULL CHECK (carried_out >= 0),
    processed_at       INTEGER CHECK (processed_at BETWEEN 0 AND 7258118400000000),
    created_at         INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at         INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version            INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK ((status = 'processed') = (state = 'processed')),
    CHECK ((processed_at IS NOT NULL) = (state = 'processed'))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX payouts_running ON payouts (trainer_id, currency)
    WHERE state IN ('created', 'in_flight', 'unknown');
CREATE INDEX payouts_processed ON payouts (trainer_id, currency, processed_at, id)
    WHERE state = 'processed';
CREATE INDEX payouts_trainer ON payouts (trainer_id, created_at, id);
CREATE UNIQUE INDEX payouts_reference ON payouts (provider, provider_reference)
    WHERE provider_reference IS NOT NULL;

CREATE TABLE ledger_entries (
    id                BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    movement_id       BLOB NOT NULL CHECK (length(movement_id) = 16),
    debit_account     TEXT NOT NULL,
    credit_account    TEXT NOT NULL,
    amount            INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    currency          TEXT NOT NULL CHECK (length(currency) = 3),
    booking_id        BLOB REFERENCES bookings (id),
    payment_id        BLOB REFERENCES payments (id),
    payout_id         BLOB REFERENCES payouts (id),
    debit_trainer_id  BLOB REFERENCES dog_trainers (id),
    credit_trainer_id BLOB REFERENCES dog_trainers (id),
    created_at        INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    CHECK (debit_account <> credit_account),
    CHECK ((debit_trainer_id IS NOT NULL) = (debit_account GLOB 'trainer_*')),
    CHECK ((credit_trainer_id IS NOT NULL) = (credit_account GLOB 'trainer_*'))
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_entries_booking ON ledger_entries (booking_id, created_at, id)
    WHERE booking_id IS NOT NULL;
CREATE INDEX ledger_entries_payment ON ledger_entries (payment_id, created_at, id)
    WHERE payment_id IS NOT NULL;
CREATE INDEX ledger_entries_payout ON ledger_entries (payout_id, created_at, id)
    WHERE payout_id IS NOT NULL;
CREATE INDEX ledger_entries_stray ON ledger_entries (id)
    WHERE payment_id IS NULL AND payout_id IS NULL;
CREATE INDEX ledger_entries_debit_trainer ON ledger_entries (debit_trainer_id, created_at, id)
    WHERE debit_trainer_id IS NOT NULL;
CREATE INDEX ledger_entries_credit_trainer ON ledger_entries (credit_trainer_id, created_at, id)
    WHERE credit_trainer_id IS NOT NULL;

CREATE TABLE payout_items (
    payout_id   BLOB NOT NULL REFERENCES payouts (id),
    entry_id    BLOB NOT NULL REFERENCES ledger_entries (id),
    released_at INTEGER CHECK (released_at BETWEEN 0 AND 7258118400000000),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (payout_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX payout_items_entry ON payout_items (entry_id);
CREATE UNIQUE INDEX payout_items_live ON payout_items (entry_id) WHERE released_at IS NULL;

-- The entries that a payout may pay: what trainers are owed by payments, and what was written off
-- below the step of payouts.
CREATE VIEW earnings (entry_id, trainer_id, currency, payment_id) AS
SELECT id,
       CASE WHEN credit_account GLOB 'trainer_payable:*' THEN credit_trainer_id ELSE debit_trainer_id END,
       currency, payment_id
  FROM ledger_entries
 WHERE payout_id IS NULL
   AND CASE WHEN payment_id IS NULL
            THEN debit_account GLOB 'trainer_payable:*' AND credit_account = 'discrepancies'
            ELSE debit_account GLOB 'trainer_payable:*' OR credit_account GLOB 'trainer_payable:*'
       END;

-- Those of them that no payout holds. Most entries are held for good, so that looking for the
-- others among all would cost more every year; triggers keep them here.
CREATE TABLE open_earnings (
    entry_id   BLOB NOT NULL PRIMARY KEY,
    trainer_id BLOB NOT NULL,
    currency   TEXT NOT NULL,
    payment_id BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX open_earnings_trainer ON open_earnings (trainer_id, currency, payment_id, entry_id);

CREATE TRIGGER ledger_entries_open AFTER INSERT ON ledger_entries
WHEN NEW.debit_trainer_id IS NOT NULL OR NEW.credit_trainer_id IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO open_earnings
    SELECT entry_id, trainer_id, currency, payment_id FROM earnings
     WHERE entry_id = NEW.id
       AND NOT EXISTS (SELECT 1 FROM payout_items item
                        WHERE item.entry_id = NEW.id AND item.released_at IS NULL);
END;

CREATE TRIGGER payout_items_hold AFTER INSERT ON payout_items
WHEN NEW.released_at IS NULL
BEGIN
    DELETE FROM open_earnings WHERE entry_id = NEW.entry_id;
END;

-- What INSERT OR REPLACE deletes fires nothing.
CREATE TRIGGER payout_items_replace AFTER INSERT ON payout_items
WHEN NEW.released_at IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO open_earnings
    SELECT entry_id, trainer_id, currency, payment_id FROM earnings
     WHERE entry_id = NEW.entry_id
       AND NOT EXISTS (SELECT 1 FROM payout_items item
                        WHERE item.entry_id = NEW.entry_id AND item.released_at IS NULL);
END;

CREATE TRIGGER payout_items_release AFTER UPDATE OF entry_id, released_at ON payout_items
BEGIN
    INSERT OR IGNORE INTO open_earnings
    SELECT entry_id, trainer_id, currency, payment_id FROM earnings WHERE entry_id = OLD.entry_id;
    DELETE FROM open_earnings
     WHERE entry_id IN (OLD.entry_id, NEW.entry_id)
       AND EXISTS (SELECT 1 FROM payout_items item
                    WHERE item.entry_id = open_earnings.entry_id AND item.released_at IS NULL);
END;

CREATE TRIGGER payout_items_delete AFTER DELETE ON payout_items
BEGIN
    INSERT OR IGNORE INTO open_earnings
    SELECT entry_id, trainer_id, currency, payment_id FROM earnings
     WHERE entry_id = OLD.entry_id
       AND NOT EXISTS (SELECT 1 FROM payout_items item
                        WHERE item.entry_id = OLD.entry_id AND item.released_at IS NULL);
END;

------------------------------------------------------------------------------ notifications

CREATE TABLE notifications (
    id           BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id      BLOB NOT NULL REFERENCES users (id),
    type         TEXT NOT NULL CHECK (length(type) BETWEEN 1 AND 100),
    message      TEXT NOT NULL CHECK (length(message) <= 5000),
    subject_kind TEXT NOT NULL CHECK (length(subject_kind) BETWEEN 1 AND 100),
    subject_id   BLOB NOT NULL CHECK (length(subject_id) = 16),
    is_read      INTEGER NOT NULL CHECK (is_read IN (0, 1)),
    created_at   INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000),
    updated_at   INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version      INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX notifications_user ON notifications (user_id, created_at, id);
CREATE INDEX notifications_unread ON notifications (user_id, created_at, id) WHERE is_read = 0;

CREATE TABLE notification_preferences (
    user_id     BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    muted       TEXT NOT NULL CHECK (json_valid(muted)),
    updated_at  INTEGER NOT NULL CHECK (updated_at BETWEEN 0 AND 7258118400000000),
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE TABLE reminders (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    booking_id  BLOB NOT NULL REFERENCES bookings (id),
    starts_at   INTEGER NOT NULL CHECK (starts_at BETWEEN 0 AND 7258118400000000),
    created_at  INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX reminders_start ON reminders (booking_id, starts_at);

------------------------------------------------------------------------------ trail

CREATE TABLE commands (
    command_id    BLOB NOT NULL PRIMARY KEY CHECK (length(command_id) = 16),
    actor_user_id BLOB CHECK (length(actor_user_id) = 16), -- null for the system
    kind          TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
    fingerprint   BLOB NOT NULL CHECK (length(fingerprint) = 16),
    result        TEXT NOT NULL,
    created_at    INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000)
) STRICT, WITHOUT ROWID;

CREATE INDEX commands_created ON commands (created_at);

-- The feed's position: one writer at a time numbers the entries in the order of their commits, and
-- no number is used twice.
CREATE TABLE audit_logs (
    feed_position INTEGER PRIMARY KEY AUTOINCREMENT,
    id            BLOB NOT NULL CHECK (length(id) = 16),
    actor_user_id BLOB CHECK (length(actor_user_id) = 16), -- null for the system
    action        TEXT NOT NULL CHECK (length(action) BETWEEN 1 AND 100),
    entity        TEXT NOT NULL CHECK (length(entity) BETWEEN 1 AND 100),
    entity_id     BLOB NOT NULL CHECK (length(entity_id) = 16),
    payload       TEXT NOT NULL CHECK (json_valid(payload)),
    notified      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(notified)), -- ids of notifications
    created_at    INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 7258118400000000)
) STRICT;

CREATE UNIQUE INDEX audit_logs_id ON audit_logs (id);
CREATE INDEX audit_logs_entity ON audit_logs (entity_id, entity, created_at, id);
CREATE INDEX audit_logs_actor ON audit_logs (actor_user_id, created_at, id)
    WHERE actor_user_id IS NOT NULL;

------------------------------------------------------------------------------ append-only

-- INSERT OR REPLACE deletes without firing triggers, so a row that is there refuses it first.
CREATE TRIGGER reminders_no_replace BEFORE INSERT ON reminders
WHEN EXISTS (SELECT 1 FROM reminders WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: reminders.id'); END;
CREATE TRIGGER reminders_no_second BEFORE INSERT ON reminders
WHEN EXISTS (SELECT 1 FROM reminders WHERE booking_id = NEW.booking_id AND starts_at = NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: reminders.booking_id, reminders.starts_at'); END;
CREATE TRIGGER ledger_entries_no_replace BEFORE INSERT ON ledger_entries
WHEN EXISTS (SELECT 1 FROM ledger_entries WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_entries.id'); END;
CREATE TRIGGER provider_events_no_replace BEFORE INSERT ON provider_events
WHEN EXISTS (SELECT 1 FROM provider_events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: provider_events.id'); END;
CREATE TRIGGER provider_events_no_second BEFORE INSERT ON provider_events
WHEN EXISTS (SELECT 1 FROM provider_events WHERE provider = NEW.provider AND event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: provider_events.provider, provider_events.event_id'); END;
CREATE TRIGGER audit_logs_no_replace BEFORE INSERT ON audit_logs
WHEN EXISTS (SELECT 1 FROM audit_logs WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM audit_logs WHERE feed_position = NEW.feed_position)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: audit_logs.id'); END;
-- A position out of order would hide entries from the feed, and the last one there is would end it.
CREATE TRIGGER audit_logs_in_order AFTER INSERT ON audit_logs
WHEN NEW.feed_position <> 1 + coalesce(
    (SELECT max(feed_position) FROM audit_logs WHERE feed_position < NEW.feed_position), 0)
BEGIN SELECT RAISE(ABORT, 'feed_position'); END;
CREATE TRIGGER commands_no_replace BEFORE INSERT ON commands
WHEN EXISTS (SELECT 1 FROM commands WHERE command_id = NEW.command_id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: commands.command_id'); END;

CREATE TRIGGER reminders_no_update BEFORE UPDATE ON reminders
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER reminders_no_delete BEFORE DELETE ON reminders
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TRIGGER provider_events_no_update BEFORE UPDATE ON provider_events
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER provider_events_no_delete BEFORE DELETE ON provider_events
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TRIGGER audit_logs_no_update BEFORE UPDATE ON audit_logs
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER audit_logs_no_delete BEFORE DELETE ON audit_logs
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TRIGGER commands_no_update BEFORE UPDATE ON commands
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
