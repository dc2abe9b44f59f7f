-- The plain schema: the seventeen tables that services of this kind begin with. Money is a float,
-- timestamps have no zone, and nothing but the keys is enforced, so that everything can be wrong.

CREATE TABLE users (
    id         uuid PRIMARY KEY,
    email      varchar(255),
    password   varchar(255),
    first_name varchar(255),
    last_name  varchar(255),
    phone      varchar(255),
    status     varchar(32),
    created_at timestamp,
    updated_at timestamp
);

CREATE TABLE roles (
    id   uuid PRIMARY KEY,
    name varchar(255)
);

CREATE TABLE user_roles (
    user_id uuid,
    role_id uuid
);

CREATE TABLE dog_trainers (
    id                  uuid PRIMARY KEY,
    user_id             uuid,
    years_of_experience integer,
    bio                 text,
    is_verified         boolean,
    average_rating      double precision,
    total_reviews       integer,
    created_at          timestamp,
    updated_at          timestamp
);

CREATE TABLE dog_owners (
    id         uuid PRIMARY KEY,
    user_id    uuid,
    created_at timestamp,
    updated_at timestamp
);

CREATE TABLE locations (
    id        uuid PRIMARY KEY,
    user_id   uuid,
    address   varchar(255),
    city      varchar(255),
    state     varchar(255),
    zip_code  varchar(32),
    latitude  double precision,
    longitude double precision
);

CREATE TABLE trainer_services (
    id               uuid PRIMARY KEY,
    trainer_id       uuid,
    name             varchar(255),
    description      text,
    duration_minutes integer,
    price            double precision,
    is_active        boolean,
    created_at       timestamp,
    updated_at       timestamp
);

CREATE TABLE trainer_certifications (
    id         uuid PRIMARY KEY,
    trainer_id uuid,
    name       varchar(255),
    issued_by  varchar(255),
    issued_at  date,
    created_at timestamp,
    updated_at timestamp
);

CREATE TABLE trainer_availability (
    id          uuid PRIMARY KEY,
    trainer_id  uuid,
    day_of_week integer, -- 0 is Sunday
    start_time  time,
    end_time    time,
    created_at  timestamp,
    updated_at  timestamp
);

CREATE TABLE dogs (
    id         uuid PRIMARY KEY,
    owner_id   uuid,
    name       varchar(255),
    breed      varchar(255),
    age        integer,
    size       varchar(32),
    notes      text,
    created_at timestamp,
    updated_at timestamp
);

CREATE TABLE dog_photos (
    id         uuid PRIMARY KEY,
    dog_id     uuid,
    photo_url  text,
    created_at timestamp
);

CREATE TABLE bookings (
    id                  uuid PRIMARY KEY,
    trainer_id          uuid,
    owner_id            uuid,
    dog_id              uuid,
    service_id          uuid,
    start_time          timestamp,
    end_time            timestamp,
    price_snapshot      double precision,
    status              varchar(32),
    cancellation_reason text,
    created_at          timestamp
);

CREATE TABLE reviews (
    id         uuid PRIMARY KEY,
    booking_id uuid,
    trainer_id uuid,
    owner_id   uuid,
    rating     integer,
    comment    text,
    created_at timestamp
);

CREATE TABLE payments (
    id         uuid PRIMARY KEY,
    booking_id uuid,
    amount     double precision,
    currency   varchar(8),
    provider   varchar(64),
    status     varchar(32),
    created_at timestamp
);

CREATE TABLE payouts (
    id           uuid PRIMARY KEY,
    trainer_id   uuid,
    amount       double precision,
    status       varchar(32),
    processed_at timestamp
);

CREATE TABLE notifications (
    id         uuid PRIMARY KEY,
    user_id    uuid,
    type       varchar(64),
    message    text,
    is_read    boolean,
    created_at timestamp
);

CREATE TABLE audit_logs (
    id            uuid PRIMARY KEY,
    actor_user_id uuid,
    action        varchar(255),
    entity        varchar(255),
    entity_id     uuid,
    created_at    timestamp
);
