-- `@.` stands for the schema that the service chose. Money is whole minor units; coordinates are
-- 10⁻⁷ degrees; instants are cut to microseconds by the type.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Ends a statement, and with it everything that the statement wrote: the number says which part of
-- a commit fell short. Volatile, so that it is never computed before it is asked.
CREATE FUNCTION @.commit_refused(part integer) RETURNS integer LANGUAGE plpgsql VOLATILE AS $sitstay$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SS001', MESSAGE = part::text;
END $sitstay$;

------------------------------------------------------------------------------ people

CREATE TABLE @.roles (
    id          uuid NOT NULL PRIMARY KEY,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE UNIQUE INDEX roles_name ON @.roles (name);

INSERT INTO @.roles (id, name, updated_at) VALUES
    ('00000000-0000-7000-8000-000000000001', 'owner', '1970-01-01 00:00+00'),
    ('00000000-0000-7000-8000-000000000002', 'trainer', '1970-01-01 00:00+00'),
    ('00000000-0000-7000-8000-000000000003', 'admin', '1970-01-01 00:00+00');

CREATE TABLE @.users (
    id          uuid NOT NULL PRIMARY KEY,
    email       text NOT NULL CHECK (length(email) BETWEEN 1 AND 254),
    email_key   text NOT NULL CHECK (length(email_key) BETWEEN 1 AND 254),
    password    text CHECK (length(password) BETWEEN 1 AND 512),
    first_name  text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 100),
    last_name   text NOT NULL CHECK (length(last_name) BETWEEN 1 AND 100),
    phone       text CHECK (length(phone) BETWEEN 1 AND 16),
    status      text NOT NULL CHECK (status IN ('active', 'suspended', 'deleted')),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE UNIQUE INDEX users_email_key ON @.users (email_key) WHERE status <> 'deleted';

CREATE TABLE @.user_roles (
    user_id     uuid NOT NULL REFERENCES @.users (id),
    role_id     uuid NOT NULL REFERENCES @.roles (id),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (user_id, role_id)
);

CREATE INDEX user_roles_role ON @.user_roles (role_id, user_id);

CREATE TABLE @.dog_owners (
    id          uuid NOT NULL PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES @.users (id),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE UNIQUE INDEX dog_owners_user ON @.dog_owners (user_id);

CREATE TABLE @.locations (
    id               uuid NOT NULL PRIMARY KEY,
    user_id          uuid NOT NULL REFERENCES @.users (id),
    address          text NOT NULL CHECK (length(address) BETWEEN 1 AND 200),
    city             text NOT NULL CHECK (length(city) BETWEEN 1 AND 100),
    state            text CHECK (length(state) BETWEEN 1 AND 100),
    zip_code         text CHECK (length(zip_code) BETWEEN 3 AND 12),
    country_code     text NOT NULL CHECK (length(country_code) = 2),
    latitude         integer NOT NULL CHECK (latitude BETWEEN -900000000 AND 900000000),
    longitude        integer NOT NULL CHECK (longitude BETWEEN -1800000000 AND 1799999999),
    public_latitude  integer NOT NULL CHECK (public_latitude BETWEEN -900000000 AND 900000000),
    public_longitude integer NOT NULL CHECK (public_longitude BETWEEN -1800000000 AND 1799999999),
    created_at       timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at       timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version          bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE INDEX locations_user ON @.locations (user_id, id);

------------------------------------------------------------------------------ trainers

CREATE TABLE @.dog_trainers (
    id                           uuid NOT NULL PRIMARY KEY,
    user_id                      uuid NOT NULL REFERENCES @.users (id),
    years_of_experience          integer NOT NULL CHECK (years_of_experience BETWEEN 0 AND 80),
    bio                          text NOT NULL CHECK (length(bio) <= 5000),
    is_verified                  boolean NOT NULL,
    rating_sum                   bigint NOT NULL,
    total_reviews                bigint NOT NULL,
    average_rating               double precision GENERATED ALWAYS AS
                                 (CASE WHEN total_reviews > 0 THEN rating_sum::float8 / total_reviews END) STORED,
    time_zone                    text NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
    search_location_id           uuid REFERENCES @.locations (id),
    slot_step_minutes            integer NOT NULL CHECK (slot_step_minutes BETWEEN 1 AND 1440),
    notice_minutes               integer NOT NULL CHECK (notice_minutes BETWEEN 0 AND 525600),
    days_ahead                   integer NOT NULL CHECK (days_ahead BETWEEN 1 AND 730),
    daily_limit                  integer CHECK (daily_limit BETWEEN 1 AND 1000),
    weekly_limit                 integer CHECK (weekly_limit BETWEEN 1 AND 1000),
    hold_minutes                 integer NOT NULL CHECK (hold_minutes BETWEEN 1 AND 43200),
    auto_accept                  boolean NOT NULL,
    custom_min_minutes           integer CHECK (custom_min_minutes BETWEEN 5 AND 1440),
    custom_max_minutes           integer CHECK (custom_max_minutes BETWEEN custom_min_minutes AND 1440),
    custom_min_price             bigint CHECK (custom_min_price BETWEEN 0 AND 1000000000000),
    custom_max_price             bigint CHECK (custom_max_price BETWEEN custom_min_price AND 1000000000000),
    custom_currency              text CHECK (length(custom_currency) = 3),
    custom_buffer_before_minutes integer CHECK (custom_buffer_before_minutes BETWEEN 0 AND 720),
    custom_buffer_after_minutes  integer CHECK (custom_buffer_after_minutes BETWEEN 0 AND 720),
    cancellation_policy          jsonb NOT NULL,
    created_at                   timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at                   timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version                      bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    CONSTRAINT dog_trainers_rating CHECK (total_reviews >= 0 AND rating_sum BETWEEN total_reviews AND 5 * total_reviews),
    CHECK ((custom_min_minutes IS NULL) = (custom_max_minutes IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_min_price IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_max_price IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_currency IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_buffer_before_minutes IS NULL)
       AND (custom_min_minutes IS NULL) = (custom_buffer_after_minutes IS NULL))
);

CREATE UNIQUE INDEX dog_trainers_user ON @.dog_trainers (user_id);
CREATE INDEX dog_trainers_search_location ON @.dog_trainers (search_location_id)
    WHERE search_location_id IS NOT NULL;

CREATE TABLE @.trainer_calendars (
    trainer_id  uuid NOT NULL PRIMARY KEY REFERENCES @.dog_trainers (id),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE TABLE @.trainer_services (
    id                    uuid NOT NULL PRIMARY KEY,
    trainer_id            uuid NOT NULL REFERENCES @.dog_trainers (id),
    name                  text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    description           text NOT NULL CHECK (length(description) <= 5000),
    duration_minutes      integer NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
    price                 bigint NOT NULL CHECK (price BETWEEN 0 AND 1000000000000),
    currency              text NOT NULL CHECK (length(currency) = 3),
    is_active             boolean NOT NULL,
    buffer_before_minutes integer NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 720),
    buffer_after_minutes  integer NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 720),
    accepted_dog_sizes    jsonb NOT NULL,
    search_text           text NOT NULL, -- name and description in lower case
    created_at            timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at            timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version               bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE INDEX trainer_services_trainer ON @.trainer_services (trainer_id, id);

-- Whom a search can find, and where. Triggers write it; nobody else has to.
--
-- A band is a quarter of a degree of latitude: a look around a point reads a piece of each band that
-- it touches, however many trainers there are.
CREATE TABLE @.listed_trainers (
    trainer_id    uuid NOT NULL PRIMARY KEY,
    band          integer NOT NULL,
    longitude     integer NOT NULL,
    latitude      integer NOT NULL,
    is_verified   boolean NOT NULL,
    rating_sum    bigint NOT NULL,
    total_reviews bigint NOT NULL
);

CREATE INDEX listed_trainers_place ON @.listed_trainers (band, longitude)
    INCLUDE (latitude, trainer_id, is_verified, rating_sum, total_reviews);

-- Each lock is taken before what it guards is read, so that of two who change what one trainer is
-- listed by, the later one sees what the earlier one wrote.
CREATE FUNCTION @.list_trainer(trainer uuid) RETURNS void LANGUAGE plpgsql
SET enable_seqscan TO off AS $sitstay$
BEGIN
    PERFORM FROM @.dog_trainers WHERE id = trainer FOR NO KEY UPDATE;
    PERFORM FROM @.users WHERE id = (SELECT user_id FROM @.dog_trainers WHERE id = trainer) FOR SHARE;
    PERFORM FROM @.locations
      WHERE id = (SELECT search_location_id FROM @.dog_trainers WHERE id = trainer) FOR SHARE;
    DELETE FROM @.listed_trainers WHERE trainer_id = trainer;
    INSERT INTO @.listed_trainers
        (trainer_id, band, longitude, latitude, is_verified, rating_sum, total_reviews)
    SELECT t.id, (place.public_latitude + 900000000) / 2500000, place.public_longitude,
           place.public_latitude, t.is_verified, t.rating_sum, t.total_reviews
      FROM @.dog_trainers t
      JOIN @.users ON users.id = t.user_id
      JOIN @.locations place ON place.id = t.search_location_id
     WHERE t.id = trainer AND users.status = 'active';
END $sitstay$;

CREATE FUNCTION @.keep_trainer_listed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan TO off AS $sitstay$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM @.listed_trainers WHERE trainer_id = OLD.id;
    ELSIF TG_OP = 'UPDATE'
      AND (OLD.id, OLD.user_id) = (NEW.id, NEW.user_id)
      AND OLD.search_location_id IS NOT DISTINCT FROM NEW.search_location_id THEN
        UPDATE @.listed_trainers
           SET is_verified = NEW.is_verified, rating_sum = NEW.rating_sum,
               total_reviews = NEW.total_reviews
         WHERE trainer_id = NEW.id
           AND (is_verified, rating_sum, total_reviews)
               IS DISTINCT FROM (NEW.is_verified, NEW.rating_sum, NEW.total_reviews);
    ELSE
        IF TG_OP = 'UPDATE' AND OLD.id <> NEW.id THEN
            DELETE FROM @.listed_trainers WHERE trainer_id = OLD.id;
        END IF;
        PERFORM @.list_trainer(NEW.id);
    END IF;
    RETURN NULL;
END $sitstay$;

CREATE FUNCTION @.keep_user_listed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan TO off AS $sitstay$
BEGIN
    PERFORM @.list_trainer(id) FROM @.dog_trainers WHERE user_id = NEW.id;
    RETURN NULL;
END $sitstay$;

CREATE FUNCTION @.keep_location_listed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan TO off AS $sitstay$
BEGIN
    PERFORM @.list_trainer(id) FROM @.dog_trainers WHERE search_location_id = NEW.id;
    RETURN NULL;
END $sitstay$;

CREATE TRIGGER dog_trainers_insert_listed AFTER INSERT ON @.dog_trainers
    FOR EACH ROW WHEN (NEW.search_location_id IS NOT NULL)
    EXECUTE FUNCTION @.keep_trainer_listed();
CREATE TRIGGER dog_trainers_update_listed
    AFTER DELETE OR UPDATE OF id, user_id, search_location_id, is_verified, rating_sum, total_reviews
    ON @.dog_trainers
    FOR EACH ROW EXECUTE FUNCTION @.keep_trainer_listed();
CREATE TRIGGER users_update_listed AFTER UPDATE OF status ON @.users
    FOR EACH ROW WHEN (OLD.status <> NEW.status)
    EXECUTE FUNCTION @.keep_user_listed();
CREATE TRIGGER locations_update_listed AFTER UPDATE OF public_latitude, public_longitude ON @.locations
    FOR EACH ROW WHEN ((OLD.public_latitude, OLD.public_longitude)
                       IS DISTINCT FROM (NEW.public_latitude, NEW.public_longitude))
    EXECUTE FUNCTION @.keep_location_listed();

CREATE TABLE @.trainer_certifications (
    id          uuid NOT NULL PRIMARY KEY,
    trainer_id  uuid NOT NULL REFERENCES @.dog_trainers (id),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    issued_by   text NOT NULL CHECK (length(issued_by) BETWEEN 1 AND 100),
    issued_at   date NOT NULL CHECK (issued_at BETWEEN '1900-01-01' AND '2200-12-31'),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE INDEX trainer_certifications_trainer ON @.trainer_certifications (trainer_id, issued_at, id);

CREATE TABLE @.trainer_availability (
    id          uuid NOT NULL PRIMARY KEY,
    trainer_id  uuid NOT NULL REFERENCES @.dog_trainers (id),
    day_of_week smallint NOT NULL CHECK (day_of_week BETWEEN 0 AND 6), -- 0 is Sunday
    start_time  time NOT NULL CHECK (start_time < '24:00'),
    end_time    time NOT NULL CHECK (end_time < '24:00'),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE INDEX trainer_availability_trainer
    ON @.trainer_availability (trainer_id, day_of_week, start_time, id);

CREATE TABLE @.trainer_availability_exceptions (
    id          uuid NOT NULL PRIMARY KEY,
    trainer_id  uuid NOT NULL REFERENCES @.dog_trainers (id),
    local_date  date NOT NULL CHECK (local_date BETWEEN '1900-01-01' AND '2200-12-31'),
    windows     jsonb NOT NULL CHECK (jsonb_typeof(windows) = 'array' AND jsonb_array_length(windows) <= 24),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE UNIQUE INDEX trainer_availability_exceptions_date
    ON @.trainer_availability_exceptions (trainer_id, local_date);

CREATE TABLE @.trainer_time_blocks (
    id          uuid NOT NULL PRIMARY KEY,
    trainer_id  uuid NOT NULL REFERENCES @.dog_trainers (id),
    start_time  timestamptz NOT NULL CHECK (start_time BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    end_time    timestamptz NOT NULL CHECK (end_time BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    source      text NOT NULL CHECK (source IN ('manual', 'imported')),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK (start_time < end_time)
);

-- By the end, because a block may be of any length.
CREATE INDEX trainer_time_blocks_trainer ON @.trainer_time_blocks (trainer_id, end_time, id);

------------------------------------------------------------------------------ dogs

CREATE TABLE @.dogs (
    id          uuid NOT NULL PRIMARY KEY,
    owner_id    uuid NOT NULL REFERENCES @.dog_owners (id),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    breed       text CHECK (length(breed) BETWEEN 1 AND 100),
    age         integer CHECK (age BETWEEN 0 AND 40), -- years, as of updated_at
    size        text NOT NULL CHECK (size IN ('small', 'medium', 'large', 'giant')),
    notes       text NOT NULL CHECK (length(notes) <= 5000),
    removed_at  timestamptz CHECK (removed_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE INDEX dogs_owner ON @.dogs (owner_id, id);

CREATE TABLE @.dog_photos (
    id          uuid NOT NULL PRIMARY KEY,
    dog_id      uuid NOT NULL REFERENCES @.dogs (id),
    photo_url   text NOT NULL CHECK (photo_url LIKE 'https://%' AND length(photo_url) <= 2048),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE INDEX dog_photos_dog ON @.dog_photos (dog_id, id);

------------------------------------------------------------------------------ bookings

CREATE TABLE @.booking_series (
    id          uuid NOT NULL PRIMARY KEY,
    trainer_id  uuid NOT NULL REFERENCES @.dog_trainers (id),
    owner_id    uuid NOT NULL REFERENCES @.dog_owners (id),
    lessons     integer NOT NULL CHECK (lessons BETWEEN 2 AND 52),
    every_weeks integer NOT NULL CHECK (every_weeks BETWEEN 1 AND 52),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE TABLE @.bookings (
    id                    uuid NOT NULL PRIMARY KEY,
    trainer_id            uuid NOT NULL REFERENCES @.dog_trainers (id),
    owner_id              uuid NOT NULL REFERENCES @.dog_owners (id),
    dog_id                uuid NOT NULL REFERENCES @.dogs (id),
    service_id            uuid REFERENCES @.trainer_services (id), -- null for a custom request
    start_time            timestamptz NOT NULL CHECK (start_time BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    end_time              timestamptz NOT NULL CHECK (end_time BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    buffer_before_minutes integer NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 720),
    buffer_after_minutes  integer NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 720),
    price_snapshot        bigint NOT NULL CHECK (price_snapshot BETWEEN 0 AND 1000000000000),
    currency              text NOT NULL CHECK (length(currency) = 3),
    fee                   bigint NOT NULL CHECK (fee BETWEEN 0 AND price_snapshot),
    cancellation_policy   jsonb NOT NULL,
    status                text NOT NULL CHECK (status IN ('pending', 'accepted', 'cancelled', 'completed')),
    hold_expires_at       timestamptz CHECK (hold_expires_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    local_start           timestamp NOT NULL,
    time_zone             text NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
    utc_offset            integer NOT NULL, -- seconds east
    accepted_at           timestamptz CHECK (accepted_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    cancelled_at          timestamptz CHECK (cancelled_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    cancelled_by          uuid, -- a user; null for the system
    cancel_kind           text CHECK (cancel_kind IN ('declined', 'withdrawn', 'expired', 'cancelled')),
    cancellation_reason   text CHECK (length(cancellation_reason) BETWEEN 1 AND 1000),
    completed_at          timestamptz CHECK (completed_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    attendance            text CHECK (attendance IN ('attended', 'owner_no_show', 'trainer_no_show')),
    refund_cap_bp         integer NOT NULL CHECK (refund_cap_bp BETWEEN 0 AND 10000),
    rescheduled_from      timestamptz CHECK (rescheduled_from BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    reschedules           integer NOT NULL CHECK (reschedules BETWEEN 0 AND 65535),
    series_id             uuid REFERENCES @.booking_series (id),
    created_at            timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at            timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version               bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK (end_time - start_time BETWEEN '5 minutes' AND '24 hours'
       AND date_trunc('minute', end_time - start_time) = end_time - start_time),
    CHECK ((hold_expires_at IS NOT NULL) = (status = 'pending')),
    CHECK (hold_expires_at <= start_time),
    CHECK ((cancelled_at IS NOT NULL) = (status = 'cancelled')),
    CHECK ((cancel_kind IS NOT NULL) = (status = 'cancelled')),
    CHECK (status = 'cancelled' OR (cancelled_by IS NULL AND cancellation_reason IS NULL)),
    CHECK ((completed_at IS NOT NULL) = (status = 'completed')),
    CHECK ((attendance IS NOT NULL) = (status = 'completed')),
    CHECK (accepted_at IS NOT NULL OR status NOT IN ('accepted', 'completed'))
);

CREATE INDEX bookings_start ON @.bookings (start_time, id);
CREATE INDEX bookings_trainer ON @.bookings (trainer_id, start_time, id);
CREATE INDEX bookings_owner ON @.bookings (owner_id, start_time, id);
CREATE INDEX bookings_dog ON @.bookings (dog_id, start_time, id);
CREATE INDEX bookings_series ON @.bookings (series_id, start_time, id) WHERE series_id IS NOT NULL;
CREATE INDEX bookings_cancelled_by ON @.bookings (cancelled_by, id) WHERE cancellation_reason IS NOT NULL;
CREATE INDEX bookings_held ON @.bookings (hold_expires_at, id) WHERE status = 'pending';
CREATE INDEX bookings_ending ON @.bookings (end_time, id) WHERE status = 'accepted';

-- Which time bookings take of whom. The exclusion constraints keep out every double booking; a
-- trigger sees to it that no active booking goes without its claims.
CREATE TABLE @.occupied (
    booking_id  uuid NOT NULL REFERENCES @.bookings (id),
    kind        text NOT NULL CHECK (kind IN ('trainer', 'dog')),
    resource_id uuid NOT NULL, -- the trainer's or the dog's
    during      tstzrange NOT NULL CHECK (NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)
                AND lower(during) >= '1970-01-01 00:00+00' AND upper(during) <= '2200-01-01 00:00+00'),
    PRIMARY KEY (booking_id, kind),
    -- The column that is compared with = stands first: otherwise an insert costs twice as much.
    CONSTRAINT occupied_trainer EXCLUDE USING gist (resource_id WITH =, during WITH &&) WHERE (kind = 'trainer'),
    CONSTRAINT occupied_dog EXCLUDE USING gist (resource_id WITH =, during WITH &&) WHERE (kind = 'dog')
);

CREATE INDEX occupied_end ON @.occupied (upper(during), booking_id) WHERE kind = 'trainer';
CREATE INDEX occupied_dog_resource ON @.occupied (resource_id) WHERE kind = 'dog';

-- The claims that bookings have: the trainer's with buffers, the dog's without. A completed booking
-- keeps the trainer's for a while; an active one never goes without its claims.
CREATE VIEW @.claims_due (booking_id, kind, resource_id, during, is_active) AS
SELECT id, 'trainer', trainer_id,
       tstzrange(greatest(start_time - make_interval(mins => buffer_before_minutes), '1970-01-01 00:00+00'),
                 least(end_time + make_interval(mins => buffer_after_minutes), '2200-01-01 00:00+00')),
       status <> 'completed'
  FROM @.bookings WHERE status <> 'cancelled'
 UNION ALL
SELECT id, 'dog', dog_id, tstzrange(start_time, end_time), true
  FROM @.bookings WHERE status IN ('pending', 'accepted');

-- Says whether a booking is to hold a claim as it is; the same rule as of `claims_due`.
CREATE FUNCTION @.is_founded(claim @.occupied, booking @.bookings) RETURNS boolean LANGUAGE sql STABLE AS $sitstay$
SELECT CASE claim.kind
    WHEN 'trainer' THEN booking.status <> 'cancelled' AND claim.resource_id = booking.trainer_id
        AND claim.during = tstzrange(
            greatest(booking.start_time - make_interval(mins => booking.buffer_before_minutes), '1970-01-01 00:00+00'),
            least(booking.end_time + make_interval(mins => booking.buffer_after_minutes), '2200-01-01 00:00+00'))
    ELSE booking.status IN ('pending', 'accepted') AND claim.resource_id = booking.dog_id
        AND claim.during = tstzrange(booking.start_time, booking.end_time)
    END
$sitstay$;

-- Says whether a booking holds the claims that it should have, and no others.
CREATE FUNCTION @.is_claimed(booking @.bookings) RETURNS boolean LANGUAGE plpgsql STABLE AS $sitstay$
DECLARE
    held integer;
    founded integer;
BEGIN
    SELECT count(*), count(*) FILTER (WHERE @.is_founded(claim, booking))
      INTO held, founded
      FROM @.occupied claim WHERE claim.booking_id = booking.id;
    RETURN held = founded AND (booking.status NOT IN ('pending', 'accepted') OR held = 2);
END $sitstay$;

-- At the end of a statement: whoever writes in several defers it.
--
-- A connection keeps the plans of these functions. Those that it makes while the tables are still
-- small would go through them whole ever after, so that is not allowed.
CREATE FUNCTION @.check_claims_of_booking() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan TO off AS $sitstay$
BEGIN
    IF NOT @.is_claimed(NEW) THEN
        -- Where the check was deferred, the booking may have changed again.
        IF EXISTS (SELECT FROM @.bookings booking WHERE booking.id = NEW.id AND NOT @.is_claimed(booking)) THEN
            RAISE EXCEPTION 'booking % has not the claims that it should have', NEW.id
                USING ERRCODE = '23514', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'bookings_claimed';
        END IF;
    END IF;
    RETURN NULL;
END $sitstay$;

CREATE CONSTRAINT TRIGGER bookings_claimed
    AFTER INSERT OR UPDATE OF id, trainer_id, dog_id, start_time, end_time,
        buffer_before_minutes, buffer_after_minutes, status
    ON @.bookings DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION @.check_claims_of_booking();

CREATE FUNCTION @.check_booking_of_claim() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan TO off AS $sitstay$
DECLARE
    booking @.bookings;
    checked uuid;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- The usual case, at the cost of one look-up.
        PERFORM FROM @.bookings known WHERE known.id = NEW.booking_id AND @.is_founded(NEW, known);
        IF FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    FOREACH checked IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.booking_id]
        WHEN 'DELETE' THEN ARRAY[OLD.booking_id]
        ELSE ARRAY[OLD.booking_id, NEW.booking_id]
        END
    LOOP
        IF TG_OP = 'INSERT' THEN
            SELECT * INTO booking FROM @.bookings WHERE id = checked;
        ELSE
            -- Somebody may be waking the booking, and counts on the claim that goes here.
            SELECT * INTO booking FROM @.bookings WHERE id = checked FOR SHARE;
        END IF;
        IF FOUND AND NOT @.is_claimed(booking) THEN
            RAISE EXCEPTION 'booking % has not the claims that it should have', checked
                USING ERRCODE = '23514', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'occupied_founded';
        END IF;
    END LOOP;
    RETURN NULL;
END $sitstay$;

CREATE CONSTRAINT TRIGGER occupied_founded
    AFTER INSERT OR UPDATE OR DELETE ON @.occupied DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION @.check_booking_of_claim();

CREATE TABLE @.reschedule_requests (
    id          uuid NOT NULL PRIMARY KEY,
    booking_id  uuid NOT NULL REFERENCES @.bookings (id),
    proposer    text NOT NULL CHECK (proposer IN ('owner', 'trainer')),
    proposed_by uuid NOT NULL REFERENCES @.users (id),
    start_time  timestamptz NOT NULL CHECK (start_time BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    end_time    timestamptz NOT NULL CHECK (end_time BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    status      text NOT NULL CHECK (status IN ('open', 'accepted', 'declined', 'withdrawn', 'expired')),
    expires_at  timestamptz NOT NULL CHECK (expires_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    closed_at   timestamptz CHECK (closed_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK (end_time - start_time BETWEEN '5 minutes' AND '24 hours'
       AND date_trunc('minute', end_time - start_time) = end_time - start_time),
    CHECK ((closed_at IS NULL) = (status = 'open'))
);

CREATE UNIQUE INDEX reschedule_requests_open ON @.reschedule_requests (booking_id) WHERE status = 'open';
CREATE INDEX reschedule_requests_booking ON @.reschedule_requests (booking_id, id);
CREATE INDEX reschedule_requests_expiry ON @.reschedule_requests (expires_at, id) WHERE status = 'open';

CREATE TABLE @.quotes (
    id                    uuid NOT NULL PRIMARY KEY,
    trainer_id            uuid NOT NULL REFERENCES @.dog_trainers (id),
    owner_id              uuid NOT NULL REFERENCES @.dog_owners (id),
    dog_id                uuid NOT NULL REFERENCES @.dogs (id),
    service_id            uuid REFERENCES @.trainer_services (id),
    start_time            timestamptz NOT NULL CHECK (start_time BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    end_time              timestamptz NOT NULL CHECK (end_time BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    buffer_before_minutes integer NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 720),
    buffer_after_minutes  integer NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 720),
    price                 bigint NOT NULL CHECK (price BETWEEN 0 AND 1000000000000),
    currency              text NOT NULL CHECK (length(currency) = 3),
    fee                   bigint NOT NULL CHECK (fee BETWEEN 0 AND price),
    cancellation_policy   jsonb NOT NULL,
    time_zone             text NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
    expires_at            timestamptz NOT NULL CHECK (expires_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    booking_id            uuid REFERENCES @.bookings (id), -- the booking that was made of it
    created_at            timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at            timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version               bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK (end_time - start_time BETWEEN '5 minutes' AND '24 hours'
       AND date_trunc('minute', end_time - start_time) = end_time - start_time)
);

CREATE INDEX quotes_owner ON @.quotes (owner_id, created_at, id);
CREATE INDEX quotes_booking ON @.quotes (booking_id) WHERE booking_id IS NOT NULL;

CREATE TABLE @.reviews (
    id          uuid NOT NULL PRIMARY KEY,
    booking_id  uuid NOT NULL REFERENCES @.bookings (id),
    trainer_id  uuid NOT NULL REFERENCES @.dog_trainers (id),
    owner_id    uuid NOT NULL REFERENCES @.dog_owners (id),
    rating      smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    comment     text NOT NULL CHECK (length(comment) <= 5000),
    reply       text CHECK (length(reply) <= 5000),
    is_hidden   boolean NOT NULL,
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE UNIQUE INDEX reviews_booking ON @.reviews (booking_id);
CREATE INDEX reviews_trainer ON @.reviews (trainer_id, created_at, id);
CREATE INDEX reviews_owner ON @.reviews (owner_id, id);
CREATE INDEX reviews_visible ON @.reviews (trainer_id, created_at, id) WHERE NOT is_hidden;

------------------------------------------------------------------------------ money

CREATE TABLE @.payments (
    id                 uuid NOT NULL PRIMARY KEY,
    booking_id         uuid NOT NULL REFERENCES @.bookings (id),
    amount             bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    currency           text NOT NULL CHECK (length(currency) = 3),
    provider           text NOT NULL CHECK (length(provider) BETWEEN 1 AND 255),
    provider_reference text CHECK (length(provider_reference) BETWEEN 1 AND 255),
    status             text NOT NULL CHECK (status IN ('pending', 'paid', 'failed', 'refunded')),
    paid_at            timestamptz CHECK (paid_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    refunded_amount    bigint NOT NULL CHECK (refunded_amount BETWEEN 0 AND refund_reserved),
    refund_reserved    bigint NOT NULL CHECK (refund_reserved BETWEEN 0 AND amount),
    refund_owed        bigint NOT NULL CHECK (refund_owed BETWEEN 0 AND amount), -- has to go back by a rule
    surplus            boolean NOT NULL, -- paid although nothing, or nothing more, was owed
    created_at         timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at         timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version            bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK ((paid_at IS NOT NULL) = (status IN ('paid', 'refunded')))
);

CREATE INDEX payments_booking ON @.payments (booking_id, id);
CREATE UNIQUE INDEX payments_reference ON @.payments (provider, provider_reference)
    WHERE provider_reference IS NOT NULL;
CREATE UNIQUE INDEX payments_paid ON @.payments (booking_id) WHERE status = 'paid' AND NOT surplus;

-- Whose a payment is, and since when: somebody's payments are listed from here. The parties stand in
-- its booking, and no index holds columns of two tables; triggers keep them here.
CREATE TABLE @.payment_parties (
    payment_id uuid NOT NULL PRIMARY KEY,
    trainer_id uuid NOT NULL,
    owner_id   uuid NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX payment_parties_trainer ON @.payment_parties (trainer_id, created_at, payment_id);
CREATE INDEX payment_parties_owner ON @.payment_parties (owner_id, created_at, payment_id);

CREATE FUNCTION @.keep_payment_parties() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan TO off AS $sitstay$
BEGIN
    IF TG_TABLE_NAME = 'bookings' THEN
        UPDATE @.payment_parties SET trainer_id = NEW.trainer_id, owner_id = NEW.owner_id
         WHERE payment_id = ANY (ARRAY(SELECT id FROM @.payments WHERE booking_id = NEW.id));
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM @.payment_parties WHERE payment_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO @.payment_parties (payment_id, trainer_id, owner_id, created_at)
        SELECT NEW.id, trainer_id, owner_id, NEW.created_at FROM @.bookings WHERE id = NEW.booking_id;
    END IF;
    RETURN NULL;
END $sitstay$;

CREATE TRIGGER payments_parties AFTER INSERT OR DELETE ON @.payments
    FOR EACH ROW EXECUTE FUNCTION @.keep_payment_parties();
CREATE TRIGGER payments_parties_update AFTER UPDATE OF id, booking_id, created_at ON @.payments
    FOR EACH ROW WHEN ((OLD.id, OLD.booking_id, OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.booking_id, NEW.created_at))
    EXECUTE FUNCTION @.keep_payment_parties();
CREATE TRIGGER bookings_parties AFTER UPDATE OF trainer_id, owner_id ON @.bookings
    FOR EACH ROW WHEN ((OLD.trainer_id, OLD.owner_id) IS DISTINCT FROM (NEW.trainer_id, NEW.owner_id))
    EXECUTE FUNCTION @.keep_payment_parties();

CREATE TABLE @.refunds (
    id                 uuid NOT NULL PRIMARY KEY,
    payment_id         uuid NOT NULL REFERENCES @.payments (id),
    amount             bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    currency           text NOT NULL CHECK (length(currency) = 3),
    status             text NOT NULL CHECK (status IN ('due', 'pending', 'succeeded', 'failed', 'canceled')),
    cause              text NOT NULL CHECK (cause IN ('cancellation', 'trainer_no_show', 'surplus', 'goodwill', 'provider')),
    provider_reference text CHECK (length(provider_reference) BETWEEN 1 AND 255),
    replaces           uuid REFERENCES @.refunds (id),
    created_at         timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at         timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version            bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE INDEX refunds_payment ON @.refunds (payment_id, id);
CREATE UNIQUE INDEX refunds_reference ON @.refunds (payment_id, provider_reference)
    WHERE provider_reference IS NOT NULL;

CREATE TABLE @.disputes (
    id                 uuid NOT NULL PRIMARY KEY,
    kind               text NOT NULL CHECK (kind IN ('attendance', 'provider')),
    booking_id         uuid NOT NULL REFERENCES @.bookings (id),
    payment_id         uuid REFERENCES @.payments (id),
    amount             bigint CHECK (amount BETWEEN 1 AND 1000000000000),
    currency           text CHECK (length(currency) = 3),
    status             text NOT NULL CHECK (status IN ('open', 'won', 'lost')),
    opened_by          uuid REFERENCES @.users (id),
    provider_reference text CHECK (length(provider_reference) BETWEEN 1 AND 255),
    closed_at          timestamptz CHECK (closed_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    created_at         timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at         timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version            bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK ((amount IS NULL) = (currency IS NULL)),
    CHECK ((amount IS NULL) = (kind = 'attendance')),
    CHECK ((payment_id IS NULL) = (kind = 'attendance')),
    CHECK ((closed_at IS NULL) = (status = 'open'))
);

CREATE INDEX disputes_booking ON @.disputes (booking_id, id);
CREATE UNIQUE INDEX disputes_reference ON @.disputes (payment_id, provider_reference)
    WHERE provider_reference IS NOT NULL;

CREATE TABLE @.provider_events (
    id          uuid NOT NULL PRIMARY KEY,
    provider    text NOT NULL CHECK (length(provider) BETWEEN 1 AND 255),
    event_id    text NOT NULL CHECK (length(event_id) BETWEEN 1 AND 255),
    kind        text NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
    reference   text NOT NULL CHECK (length(reference) BETWEEN 1 AND 255),
    payload     jsonb NOT NULL,
    occurred_at timestamptz NOT NULL CHECK (occurred_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00')
);

CREATE UNIQUE INDEX provider_events_event ON @.provider_events (provider, event_id);
CREATE INDEX provider_events_reference ON @.provider_events (provider, reference, id);

CREATE TABLE @.payouts (
    id                 uuid NOT NULL PRIMARY KEY,
    trainer_id         uuid NOT NULL REFERENCES @.dog_trainers (id),
    amount             bigint NOT NULL CHECK (amount >= 1),
    currency           text NOT NULL CHECK (length(currency) = 3),
    status             text NOT NULL CHECK (status IN ('pending', 'processed')),
    state              text NOT NULL CHECK (state IN ('created', 'in_flight', 'processed', 'failed', 'unknown')),
    provider           text NOT NULL CHECK (length(provider) BETWEEN 1 AND 255),
    provider_reference text CHECK (length(provider_reference) BETWEEN 1 AND 255),
    carried_in         bigint NOT NULL CHECK (carried_in >= 0),
    carried_out        bigint NOT NULL CHECK (carried_out >= 0),
    processed_at       timestamptz CHECK (processed_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    created_at         timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at         timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version            bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    CHECK ((status = 'processed') = (state = 'processed')),
    CHECK ((processed_at IS NOT NULL) = (state = 'processed'))
);

CREATE UNIQUE INDEX payouts_running ON @.payouts (trainer_id, currency)
    WHERE state IN ('created', 'in_flight', 'unknown');
CREATE INDEX payouts_processed ON @.payouts (trainer_id, currency, processed_at, id)
    WHERE state = 'processed';
CREATE INDEX payouts_trainer ON @.payouts (trainer_id, created_at, id);
CREATE UNIQUE INDEX payouts_reference ON @.payouts (provider, provider_reference)
    WHERE provider_reference IS NOT NULL;

CREATE TABLE @.ledger_entries (
    id                uuid NOT NULL PRIMARY KEY,
    movement_id       uuid NOT NULL,
    debit_account     text NOT NULL,
    credit_account    text NOT NULL,
    amount            bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    currency          text NOT NULL CHECK (length(currency) = 3),
    booking_id        uuid REFERENCES @.bookings (id),
    payment_id        uuid REFERENCES @.payments (id),
    payout_id         uuid REFERENCES @.payouts (id),
    debit_trainer_id  uuid REFERENCES @.dog_trainers (id),
    credit_trainer_id uuid REFERENCES @.dog_trainers (id),
    created_at        timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    CHECK (debit_account <> credit_account),
    CHECK ((debit_trainer_id IS NOT NULL) = (debit_account LIKE 'trainer\_%')),
    CHECK ((credit_trainer_id IS NOT NULL) = (credit_account LIKE 'trainer\_%'))
);

CREATE INDEX ledger_entries_booking ON @.ledger_entries (booking_id, created_at, id)
    WHERE booking_id IS NOT NULL;
CREATE INDEX ledger_entries_payment ON @.ledger_entries (payment_id, created_at, id)
    WHERE payment_id IS NOT NULL;
CREATE INDEX ledger_entries_payout ON @.ledger_entries (payout_id, created_at, id)
    WHERE payout_id IS NOT NULL;
CREATE INDEX ledger_entries_stray ON @.ledger_entries (id)
    WHERE payment_id IS NULL AND payout_id IS NULL;
CREATE INDEX ledger_entries_debit_trainer ON @.ledger_entries (debit_trainer_id, created_at, id)
    WHERE debit_trainer_id IS NOT NULL;
CREATE INDEX ledger_entries_credit_trainer ON @.ledger_entries (credit_trainer_id, created_at, id)
    WHERE credit_trainer_id IS NOT NULL;

CREATE TABLE @.payout_items (
    payout_id   uuid NOT NULL REFERENCES @.payouts (id),
    entry_id    uuid NOT NULL REFERENCES @.ledger_entries (id),
    released_at timestamptz CHECK (released_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    PRIMARY KEY (payout_id, entry_id)
);

CREATE INDEX payout_items_entry ON @.payout_items (entry_id);
CREATE UNIQUE INDEX payout_items_live ON @.payout_items (entry_id) WHERE released_at IS NULL;

-- The entries that a payout may pay: what trainers are owed by payments, and what was written off
-- below the step of payouts.
CREATE VIEW @.earnings (entry_id, trainer_id, currency, payment_id) AS
SELECT id,
       CASE WHEN credit_account LIKE 'trainer\_payable:%' THEN credit_trainer_id ELSE debit_trainer_id END,
       currency, payment_id
  FROM @.ledger_entries
 WHERE payout_id IS NULL
   AND CASE WHEN payment_id IS NULL
            THEN debit_account LIKE 'trainer\_payable:%' AND credit_account = 'discrepancies'
            ELSE debit_account LIKE 'trainer\_payable:%' OR credit_account LIKE 'trainer\_payable:%'
       END;

-- Those of them that no payout holds. Most entries are held for good, so that looking for the
-- others among all would cost more every year; triggers keep them here.
CREATE TABLE @.open_earnings (
    entry_id   uuid NOT NULL PRIMARY KEY,
    trainer_id uuid NOT NULL,
    currency   text NOT NULL,
    payment_id uuid
);

CREATE INDEX open_earnings_trainer ON @.open_earnings (trainer_id, currency, payment_id, entry_id);

CREATE FUNCTION @.open_earning(entry uuid) RETURNS void LANGUAGE sql VOLATILE
SET enable_seqscan TO off AS $sitstay$
INSERT INTO @.open_earnings (entry_id, trainer_id, currency, payment_id)
SELECT entry_id, trainer_id, currency, payment_id FROM @.earnings
 WHERE entry_id = entry
   AND NOT EXISTS (SELECT FROM @.payout_items item WHERE item.entry_id = entry AND item.released_at IS NULL)
    ON CONFLICT DO NOTHING
$sitstay$;

CREATE FUNCTION @.keep_open_earnings() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan TO off AS $sitstay$
BEGIN
    IF TG_TABLE_NAME = 'ledger_entries' THEN
        PERFORM @.open_earning(NEW.id);
    ELSIF TG_OP <> 'DELETE' AND NEW.released_at IS NULL THEN
        DELETE FROM @.open_earnings WHERE entry_id = NEW.entry_id;
    ELSIF TG_OP <> 'INSERT' THEN
        PERFORM @.open_earning(OLD.entry_id);
    END IF;
    RETURN NULL;
END $sitstay$;

CREATE TRIGGER ledger_entries_open AFTER INSERT ON @.ledger_entries
    FOR EACH ROW WHEN (NEW.debit_trainer_id IS NOT NULL OR NEW.credit_trainer_id IS NOT NULL)
    EXECUTE FUNCTION @.keep_open_earnings();
CREATE TRIGGER payout_items_open AFTER INSERT OR DELETE OR UPDATE OF entry_id, released_at ON @.payout_items
    FOR EACH ROW EXECUTE FUNCTION @.keep_open_earnings();

------------------------------------------------------------------------------ notifications

CREATE TABLE @.notifications (
    id           uuid NOT NULL PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES @.users (id),
    type         text NOT NULL CHECK (length(type) BETWEEN 1 AND 100),
    message      text NOT NULL CHECK (length(message) <= 5000),
    subject_kind text NOT NULL CHECK (length(subject_kind) BETWEEN 1 AND 100),
    subject_id   uuid NOT NULL,
    is_read      boolean NOT NULL,
    created_at   timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    updated_at   timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version      bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE INDEX notifications_user ON @.notifications (user_id, created_at, id);
CREATE INDEX notifications_unread ON @.notifications (user_id, created_at, id) WHERE NOT is_read;

CREATE TABLE @.notification_preferences (
    user_id     uuid NOT NULL PRIMARY KEY REFERENCES @.users (id),
    muted       jsonb NOT NULL,
    updated_at  timestamptz NOT NULL CHECK (updated_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    version     bigint NOT NULL DEFAULT 1 CHECK (version >= 1)
);

CREATE TABLE @.reminders (
    id          uuid NOT NULL PRIMARY KEY,
    booking_id  uuid NOT NULL REFERENCES @.bookings (id),
    starts_at   timestamptz NOT NULL CHECK (starts_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    created_at  timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00')
);

CREATE UNIQUE INDEX reminders_start ON @.reminders (booking_id, starts_at);

------------------------------------------------------------------------------ trail

CREATE TABLE @.commands (
    command_id    uuid NOT NULL PRIMARY KEY,
    actor_user_id uuid, -- null for the system
    kind          text NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
    fingerprint   uuid NOT NULL,
    result        text NOT NULL,
    created_at    timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00')
);

CREATE INDEX commands_created ON @.commands (created_at);

-- The feed's position: transactions become visible out of order, so that of one number alone the
-- reader could not tell where it is certain. In front stands the epoch: the number of clusters that
-- the data has lived on, each of which numbers its transactions anew, and the cluster's timeline,
-- since a standby that is promoted may number again what it had not received.
CREATE FUNCTION @.feed_epoch() RETURNS bigint LANGUAGE sql VOLATILE AS $sitstay$
SELECT (1::bigint << 32) | ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint
$sitstay$;

CREATE TABLE @.audit_logs (
    id               uuid NOT NULL PRIMARY KEY,
    actor_user_id    uuid, -- null for the system
    action           text NOT NULL CHECK (length(action) BETWEEN 1 AND 100),
    entity           text NOT NULL CHECK (length(entity) BETWEEN 1 AND 100),
    entity_id        uuid NOT NULL,
    payload          jsonb NOT NULL,
    notified         jsonb NOT NULL DEFAULT '[]', -- ids of notifications
    created_at       timestamptz NOT NULL CHECK (created_at BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'),
    feed_epoch       bigint NOT NULL DEFAULT @.feed_epoch(),
    feed_transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    feed_sequence    bigint NOT NULL GENERATED ALWAYS AS IDENTITY
);

CREATE INDEX audit_logs_entity ON @.audit_logs (entity_id, entity, created_at, id);
CREATE INDEX audit_logs_actor ON @.audit_logs (actor_user_id, created_at, id)
    WHERE actor_user_id IS NOT NULL;
CREATE UNIQUE INDEX audit_logs_feed ON @.audit_logs (feed_epoch, feed_transaction, feed_sequence);

CREATE TABLE @._sitstay_feed_epochs (
    epoch             integer NOT NULL PRIMARY KEY,
    system_identifier text NOT NULL, -- of the cluster
    started_at        timestamptz NOT NULL DEFAULT now()
);

------------------------------------------------------------------------------ append-only

CREATE FUNCTION @.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $sitstay$
BEGIN
    RAISE EXCEPTION '% allows no such %', TG_TABLE_NAME, lower(TG_OP)
        USING ERRCODE = '23514', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = 'append_only';
END $sitstay$;

CREATE TRIGGER reminders_append_only BEFORE UPDATE OR DELETE ON @.reminders
    FOR EACH ROW EXECUTE FUNCTION @.refuse_change();
CREATE TRIGGER reminders_no_truncate BEFORE TRUNCATE ON @.reminders
    FOR EACH STATEMENT EXECUTE FUNCTION @.refuse_change();
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON @.ledger_entries
    FOR EACH ROW EXECUTE FUNCTION @.refuse_change();
CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON @.ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION @.refuse_change();
CREATE TRIGGER provider_events_append_only BEFORE UPDATE OR DELETE ON @.provider_events
    FOR EACH ROW EXECUTE FUNCTION @.refuse_change();
CREATE TRIGGER provider_events_no_truncate BEFORE TRUNCATE ON @.provider_events
    FOR EACH STATEMENT EXECUTE FUNCTION @.refuse_change();
CREATE TRIGGER audit_logs_append_only BEFORE UPDATE OR DELETE ON @.audit_logs
    FOR EACH ROW EXECUTE FUNCTION @.refuse_change();
CREATE TRIGGER audit_logs_no_truncate BEFORE TRUNCATE ON @.audit_logs
    FOR EACH STATEMENT EXECUTE FUNCTION @.refuse_change();
-- Nobody else chooses an entry's position: a consumer may be past it.
CREATE TRIGGER audit_logs_position BEFORE INSERT ON @.audit_logs
    FOR EACH ROW WHEN (NEW.feed_transaction <> pg_current_xact_id() OR NEW.feed_epoch <> @.feed_epoch())
    EXECUTE FUNCTION @.refuse_change();
-- Old commands may be purged.
CREATE TRIGGER commands_append_only BEFORE UPDATE ON @.commands
    FOR EACH ROW EXECUTE FUNCTION @.refuse_change();
CREATE TRIGGER commands_no_truncate BEFORE TRUNCATE ON @.commands
    FOR EACH STATEMENT EXECUTE FUNCTION @.refuse_change();
-- Whoever emptied these would leave active bookings without their claims.
CREATE TRIGGER occupied_no_truncate BEFORE TRUNCATE ON @.occupied
    FOR EACH STATEMENT EXECUTE FUNCTION @.refuse_change();
