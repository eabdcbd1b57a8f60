/** What is done in each process of tests before its files. */
import { lightenScrypt } from './scrypt.ts'

lightenScrypt()
