/** Words of the field that many pages use. Those of the API's enumerations are complete: a test compares them with the schema. */
import { defineTexts } from './texts.ts'

/** Statuses, streams, processes, states of runs. */
export const words = defineTexts(
  {
    status: {
      VERIFIED: 'Верифіковано',
      NOT_VERIFIED: 'Не верифіковано',
      VERIFICATION_NEEDED: 'Потребує верифікації',
      VERIFICATION_NOT_NEEDED: 'Не потребує верифікації',
      IN_REVIEW: 'На перевірці',
      CHANGES_NEEDED: 'Потребує змін',
    },
    stream: {
      unzr: 'УНЗР',
      mvs_passport: 'Паспорт, МВС',
      dms_passport: 'Паспорт, ДМС',
      drfo: 'ДРФО',
      dracs_death: 'ДРАЦС, смерть',
      nhs: 'НСЗУ',
    },
    process: {
      'unzr/person': 'УНЗР пацієнтів',
      'mvs_passport/person': 'Паспорти пацієнтів, МВС',
      'mvs_passport/party': 'Паспорти медпрацівників, МВС',
      'dms_passport/person': 'Паспорти пацієнтів, ДМС',
      'dms_passport/party': 'Паспорти медпрацівників, ДМС',
      'drfo/person': 'РНОКПП пацієнтів, ДРФО',
      'drfo/party': 'РНОКПП медпрацівників, ДРФО',
    },
    subject: { person: 'Пацієнт', party: 'Медпрацівник' },
    runState: {
      RUNNING: 'Триває',
      PAUSED: 'Призупинено',
      STOPPING: 'Зупиняється',
      STOPPED: 'Зупинено',
      FINISHED: 'Завершено',
      FAILED: 'Зазнав невдачі',
    },
    runCause: {
      schedule: 'за розкладом',
      trigger: 'через зміну даних',
      command: 'командою',
      api: 'з цієї сторінки або API',
    },
    service: {
      checkunzr: 'УНЗР: перевірка',
      unzr: 'УНЗР: відомості',
      CheckPassportStatus: 'МВС: викрадені та втрачені паспорти',
      CheckPassportDMSStatus: 'ДМС: недійсні паспорти',
    },
  },
  {
    status: {
      VERIFIED: 'Verified',
      NOT_VERIFIED: 'Not verified',
      VERIFICATION_NEEDED: 'Verification needed',
      VERIFICATION_NOT_NEEDED: 'Verification not needed',
      IN_REVIEW: 'In review',
      CHANGES_NEEDED: 'Changes needed',
    },
    stream: {
      unzr: 'UNZR',
      mvs_passport: 'Passport, MVS',
      dms_passport: 'Passport, DMS',
      drfo: 'DRFO',
      dracs_death: 'DRACS, death',
      nhs: 'NHS',
    },
    process: {
      'unzr/person': "Persons' UNZR",
      'mvs_passport/person': "Persons' passports, MVS",
      'mvs_passport/party': "Parties' passports, MVS",
      'dms_passport/person': "Persons' passports, DMS",
      'dms_passport/party': "Parties' passports, DMS",
      'drfo/person': "Persons' tax ids, DRFO",
      'drfo/party': "Parties' tax ids, DRFO",
    },
    subject: { person: 'Person', party: 'Party' },
    runState: {
      RUNNING: 'Running',
      PAUSED: 'Paused',
      STOPPING: 'Stopping',
      STOPPED: 'Stopped',
      FINISHED: 'Finished',
      FAILED: 'Failed',
    },
    runCause: {
      schedule: 'by schedule',
      trigger: 'by a change of data',
      command: 'by a command',
      api: 'from this page or the API',
    },
    service: {
      checkunzr: 'UNZR: check',
      unzr: 'UNZR: record',
      CheckPassportStatus: 'MVS: stolen and lost passports',
      CheckPassportDMSStatus: 'DMS: invalid passports',
    },
  },
)
