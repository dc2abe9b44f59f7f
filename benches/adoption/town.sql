-- A service of :trainers trainers and :owners owners, ten for each, with :bookings bookings, three in
-- four of them completed, a payment for each and a review for every fourth. No two lessons of a trainer or of a
-- dog overlap. Ids are random, as `gen_random_uuid` makes them.
CREATE TABLE trainer_of AS SELECT i, gen_random_uuid() AS user_id, gen_random_uuid() AS id, gen_random_uuid() AS service_id FROM generate_series(0, :trainers - 1) i;
CREATE TABLE owner_of AS SELECT i, gen_random_uuid() AS user_id, gen_random_uuid() AS id, gen_random_uuid() AS dog_id FROM generate_series(0, :owners - 1) i;
INSERT INTO roles VALUES (gen_random_uuid(), 'owner'), (gen_random_uuid(), 'trainer');
INSERT INTO users SELECT user_id, 't' || i || '@example.com', '$2b$12$saltsalt', 'Ann', 'Lee', NULL, 'active', '2026-01-01', '2026-01-01' FROM trainer_of;
INSERT INTO users SELECT user_id, 'o' || i || '@example.com', '$2b$12$saltsalt', 'Bob', 'May', NULL, 'active', '2026-01-01', '2026-01-01' FROM owner_of;
INSERT INTO user_roles SELECT o.user_id, r.id FROM owner_of o, roles r WHERE r.name = 'owner';
INSERT INTO user_roles SELECT t.user_id, r.id FROM trainer_of t, roles r WHERE r.name = 'trainer';
INSERT INTO dog_trainers SELECT id, user_id, 5, 'Calm.', true, NULL, 0, '2026-01-01', '2026-01-01' FROM trainer_of;
INSERT INTO dog_owners SELECT id, user_id, '2026-01-01', '2026-01-01' FROM owner_of;
INSERT INTO locations SELECT gen_random_uuid(), user_id, 'Lindenallee 1', 'Berlin', NULL, '10115', 52.5, 13.4 FROM trainer_of;
INSERT INTO trainer_services SELECT service_id, id, 'Walking', 'Calmly.', 60, 50, true, '2026-01-01', '2026-01-01' FROM trainer_of;
INSERT INTO trainer_availability SELECT gen_random_uuid(), id, d, '08:00', '20:00', '2026-01-01', '2026-01-01' FROM trainer_of, generate_series(0, 6) d;
INSERT INTO dogs SELECT dog_id, id, 'Rex', 'Beagle', 3, 'medium', 'Calm.', '2026-01-01', '2026-01-01' FROM owner_of;
-- The lesson number i of all is the number i / :owners of its owner, ten times an hour apart.
INSERT INTO bookings
SELECT gen_random_uuid(), t.id, o.id, o.dog_id, t.service_id, start, start + interval '1 hour', 50,
       CASE WHEN is_over THEN 'completed' ELSE 'accepted' END, NULL, start - interval '30 days'
  FROM (SELECT i, i % 4 > 0 AS is_over,
               CASE WHEN i % 4 > 0 THEN timestamp '2027-02-28' - (i / :trainers + 1) * interval '1 hour'
                    ELSE timestamp '2027-03-02' + (i / :trainers) * interval '1 hour' END AS start
          FROM generate_series(0, :bookings - 1) i) lesson
  JOIN trainer_of t ON t.i = lesson.i % :trainers
  JOIN owner_of o ON o.i = lesson.i % :owners;
INSERT INTO payments SELECT gen_random_uuid(), id, 50, 'EUR', 'stripe', CASE WHEN status = 'completed' THEN 'paid' ELSE 'pending' END, created_at FROM bookings;
INSERT INTO reviews SELECT gen_random_uuid(), id, trainer_id, owner_id, 5, 'Good.', end_time FROM bookings WHERE status = 'completed' AND random() < 0.33;
