-- What workers do to verification: they claim, settle and give back. The tables of streams are granted where they are made (0009).
grant select, insert, update on mpi.person_verification_summaries, prm.party_verification_summaries to zvirka_worker;
grant select on mpi.person_verifications, prm.party_verifications, zvirka.claims, zvirka.claimed_subjects to zvirka_worker;
grant select, insert, update, delete on zvirka.claim_batches to zvirka_worker;
