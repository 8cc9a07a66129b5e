-- Which inquiry another one follows: found by what the proposal became, on every page of an inquiry.
create index proposal_became on proposal (became) where became is not null;
