/** The killed runs of the short suite, at 20 seeded points. */
process.env.FEDDYMEM_KILLS = '20';
await import('../sim/killed.test.js');
