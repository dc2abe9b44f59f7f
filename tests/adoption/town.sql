-- A service as it was left: everything keeps the rules. Local time is Berlin's, and it is noon of
-- the 1st of March 2027 there. Ids end in a number: 1.. roles, 11.. users, 21.. trainers,
-- 31.. owners, 41.. locations, 51.. services, 61.. certificates, 71.. hours, 81.. dogs, 91.. photos,
-- 101.. bookings, 201.. reviews, 301.. payments, 401.. payouts, 501.. notifications.

CREATE FUNCTION n(integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT ('00000000-0000-4000-8000-' || lpad($1::text, 12, '0'))::uuid $$;

INSERT INTO roles VALUES (n(1), 'owner'), (n(2), 'trainer'), (n(3), 'admin'), (n(4), 'groomer');

INSERT INTO users VALUES
    (n(11), 'Ann@Example.com', '$2b$12$saltsaltsalthashhashhash', 'Ann', 'Lee', '+4930123456', 'active', '2026-01-01 10:00', '2026-02-01 10:00'),
    (n(12), 'bob@example.com', '$argon2id$v=19$c2FsdA$aGFzaA', 'Bob', 'May', NULL, 'active', '2026-01-02 10:00', NULL),
    (n(13), 'cem@example.com', NULL, 'Cem', 'Kaya', '', 'suspended', '2026-01-03 10:00', '2026-01-03 10:00'),
    (n(14), 'dea@example.com', NULL, 'Dea', 'Fox', NULL, 'active', '2026-01-04 10:00', '2026-01-04 10:00'),
    (n(15), 'gone@example.com', NULL, 'Gone', 'Girl', '030 123', 'deleted', '2026-01-05 10:00', '2026-06-01 10:00');

INSERT INTO user_roles VALUES
    (n(11), n(2)), (n(11), n(3)), (n(12), n(1)), (n(13), n(2)), (n(13), n(4)), (n(14), n(1)), (n(15), n(1));

INSERT INTO dog_trainers VALUES
    (n(21), n(11), 7, 'Calm and kind.', true, 3.9, 12, '2026-01-01 11:00', '2026-01-01 11:00'),
    (n(22), n(13), 0, NULL, false, NULL, 0, '2026-01-03 11:00', '2026-01-03 11:00');

INSERT INTO dog_owners VALUES
    (n(31), n(12), '2026-01-02 11:00', NULL),
    (n(32), n(14), '2026-01-04 11:00', NULL),
    (n(33), n(15), '2026-01-05 11:00', NULL);

INSERT INTO locations VALUES
    (n(41), n(11), 'Lindenallee 1', 'Berlin', NULL, '10115', 52.53, 13.38),
    (n(42), n(15), 'Am Ende 9', 'Berlin', 'Berlin', '10115', 52.5, 13.4);

INSERT INTO trainer_services VALUES
    (n(51), n(21), 'Leash walking', 'Without pulling.', 60, 50, true, '2026-01-01 12:00', '2026-01-01 12:00'),
    (n(52), n(22), 'Recall', NULL, 30, 19.99, false, '2026-01-03 12:00', NULL);

INSERT INTO trainer_certifications VALUES
    (n(61), n(21), 'Trainer''s licence', 'Chamber', '2015-05-01', '2026-01-01 12:00', NULL);

INSERT INTO trainer_availability VALUES
    (n(71), n(21), 1, '09:00', '12:00', '2026-01-01 12:00', NULL),
    (n(72), n(21), 1, '12:00', '24:00', '2026-01-01 12:00', NULL),
    (n(73), n(21), 6, '20:00', '03:00', '2026-01-01 12:00', NULL);

INSERT INTO dogs VALUES
    (n(81), n(31), 'Rex', 'Beagle', 3, 'medium', 'Afraid of bikes.', '2026-01-02 12:00', NULL),
    (n(82), n(32), 'Ida', NULL, NULL, 'giant', NULL, '2026-01-04 12:00', NULL),
    (n(83), n(33), '', 'Pug', 40, 'small', 'Bites.', '2026-01-05 12:00', NULL);

INSERT INTO dog_photos VALUES
    (n(91), n(81), 'https://pictures.example/rex.jpg', '2026-01-02 13:00'),
    (n(92), n(83), 'https://pictures.example/pug.jpg', '2026-01-05 13:00');

INSERT INTO bookings VALUES
    -- over; the second overlaps the first, and the third was never completed
    (n(101), n(21), n(31), n(81), n(51), '2027-02-01 10:00', '2027-02-01 11:00', 50, 'completed', NULL, '2027-01-20 10:00'),
    (n(102), n(21), n(32), n(82), n(51), '2027-02-01 10:30', '2027-02-01 11:30', 50, 'completed', NULL, '2027-01-21 10:00'),
    (n(103), n(21), n(31), n(81), n(51), '2027-02-10 10:00', '2027-02-10 11:00', 50, 'accepted', NULL, '2027-02-01 10:00'),
    -- ahead: one after the other
    (n(104), n(21), n(31), n(81), n(51), '2027-03-05 10:00', '2027-03-05 11:00', 50, 'accepted', NULL, '2027-02-20 10:00'),
    (n(105), n(21), n(32), n(82), NULL, '2027-03-05 11:00', '2027-03-05 12:00', 0, 'pending', NULL, '2027-02-21 10:00'),
    (n(106), n(21), n(32), n(82), n(51), '2027-03-01 18:00', '2027-03-01 19:00', 50, 'pending', NULL, '2027-02-28 10:00'),
    -- never answered; cancelled at the time of another
    (n(107), n(22), n(31), n(81), n(52), '2027-02-20 10:00', '2027-02-20 10:30', 19.99, 'pending', NULL, '2027-02-19 10:00'),
    (n(108), n(21), n(32), n(82), n(51), '2027-03-05 10:00', '2027-03-05 11:00', 50, 'cancelled', 'Ida is ill.', '2027-02-21 11:00'),
    -- this morning: accepted, and another at the same time that is completed already
    (n(109), n(21), n(31), n(81), n(51), '2027-03-01 08:00', '2027-03-01 09:00', 50, 'accepted', NULL, '2027-02-25 10:00'),
    (n(110), n(21), n(32), n(82), n(51), '2027-03-01 08:30', '2027-03-01 09:30', 50, 'completed', NULL, '2027-02-26 10:00'),
    -- of a user who is deleted
    (n(111), n(21), n(33), n(83), n(51), '2026-05-01 10:00', '2026-05-01 11:00', 50, 'completed', NULL, '2026-04-01 10:00');

INSERT INTO reviews VALUES
    (n(201), n(101), n(21), n(31), 5, 'Rex walks well now.', '2027-02-02 10:00'),
    (n(202), n(102), n(21), n(32), 4, NULL, '2027-02-03 10:00'),
    (n(203), n(103), n(21), n(31), 3, 'Late.', '2027-02-11 10:00'),
    (n(204), n(111), n(21), n(33), 1, 'My name is Gone.', '2026-05-02 10:00');

INSERT INTO payments VALUES
    (n(301), n(101), 50, 'EUR', 'stripe', 'paid', '2027-01-20 10:05'),
    (n(302), n(103), 50, 'eur', 'stripe', 'refunded', '2027-02-01 10:05'),
    (n(303), n(104), 50, 'EUR', 'stripe', 'pending', '2027-02-20 10:05'),
    (n(304), n(104), 50, 'EUR', 'stripe', 'failed', '2027-02-20 10:01'),
    (n(305), n(107), 19.99, 'EUR', 'stripe', 'paid', '2027-02-19 10:05');

INSERT INTO payouts VALUES
    (n(401), n(21), 42.5, 'processed', '2027-02-15 10:00'),
    (n(402), n(21), 7, 'pending', NULL);

INSERT INTO notifications VALUES
    (n(501), n(13), 'account_suspended', 'Cem, your account …', false, '2026-12-01 10:00'),
    (n(502), n(11), 'trainer_verified', 'Ann, you are …', true, '2026-12-02 10:00'),
    (n(503), n(12), 'welcome', 'Hello Bob!', true, '2026-01-02 10:00');

INSERT INTO audit_logs VALUES
    (n(601), n(11), 'did something', 'user', n(12), '2026-01-01 10:00'),
    (n(602), NULL, 'cleaned up', 'booking', NULL, '2026-01-01 10:00');

-- Puts a changed copy of a row beside it.
CREATE FUNCTION put(place regclass, original uuid, changes jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %s SELECT (jsonb_populate_record(s, $1)).* FROM %s s WHERE s.id = $2',
                   place, place) USING changes, original;
END $$;
