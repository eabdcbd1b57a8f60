/** Runs in each test process before its files. */
import { lightenScrypt } from './scrypt.ts'

lightenScrypt()
