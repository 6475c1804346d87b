// Properties try values of a seed that the commit gives: it fails for everyone or for nobody, and each commit tries others.
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['TEST_SEED']) });
