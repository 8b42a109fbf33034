/*
 * Does in a token what the custody does there, without Java: the floor of `benchmarks/run token`.
 *
 *   token MODULE SLOT KEY-ID OPERATION THREADS WARM-UP TIME DEK AAD INPUT      (times in ms, bytes in hex; PIN from $PIN)
 *
 * prove      opens INPUT, a wrap, which must give DEK; prints a wrap of its own
 * prove-mac  prints the HMAC-SHA256 of INPUT
 * wrap       C_EncryptInit, C_Encrypt of DEK, AES-GCM under a fresh nonce with AAD
 * unwrap     C_DecryptInit, C_Decrypt of INPUT, a wrap, which must give DEK
 * mac        C_SignInit, C_Sign of INPUT with a fresh salt in its place
 *
 * The last three begin at each line of standard input, and print operations per second, all threads together; they end
 * with it. Each thread has a session of its own.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { NONCE = 12, DEK = 32, TAG = 16, WRAP = NONCE + DEK + TAG, MAC = 32, SALT = 32, SALT_AT = 22, MOST = 1024 };

/* PKCS #11 v2.40, as far as it is used here. */
typedef unsigned long ulong;
typedef unsigned char byte;
enum {
  CKF_OS_LOCKING_OK = 2,
  CKF_SERIAL_READ_WRITE = 6,
  CKU_USER = 1,
  CKA_CLASS = 0,
  CKA_ID = 0x102,
  CKO_SECRET_KEY = 4,
  CKM_SHA256_HMAC = 0x251,
  CKM_AES_GCM = 0x1087
};
struct attribute { ulong type; void *value; ulong length; };
struct mechanism { ulong type; void *parameter; ulong length; };
struct gcm { byte *iv; ulong iv_length, iv_bits; byte *aad; ulong aad_length, tag_bits; };
struct initialize { void *mutexes[4]; ulong flags; void *reserved; };

/* The functions' places in CK_FUNCTION_LIST. */
enum {
  INITIALIZE = 0,
  OPEN_SESSION = 12,
  LOGIN = 18,
  FIND_INIT = 26,
  FIND = 27,
  FIND_FINAL = 28,
  ENCRYPT_INIT = 29,
  ENCRYPT = 30,
  DECRYPT_INIT = 33,
  DECRYPT = 34,
  SIGN_INIT = 42,
  SIGN = 43
};
typedef void (*any)(void);
struct functions { byte version[2]; any function[68]; };
typedef ulong (*get_functions)(struct functions **);
typedef ulong (*init)(ulong session, struct mechanism *mechanism, ulong key);
typedef ulong (*work)(ulong session, byte *in, ulong in_length, byte *out, ulong *out_length);

struct bytes { byte at[MOST]; ulong length; };
struct worker { ulong session, key; volatile ulong done; pthread_t thread; char apart[64]; };

static struct functions *module;
static struct bytes dek, aad, input, id;
static const char *operation;
static volatile int stop;

static void fail(const char *what, ulong code) {
  fprintf(stderr, "%s: 0x%lx\n", what, code);
  exit(1);
}

static void must(const char *what, ulong code) {
  if (code != 0) {
    fail(what, code);
  }
}

static void parse(struct bytes *to, const char *hex) {
  to->length = strlen(hex) / 2;
  if (to->length > MOST) {
    fail("too long", to->length);
  }
  for (ulong i = 0; i < to->length; i++) {
    unsigned value;
    if (sscanf(hex + 2 * i, "%2x", &value) != 1) {
      fail("not hex, at", i);
    }
    to->at[i] = (byte)value;
  }
}

static void print(const byte *bytes, ulong length) {
  for (ulong i = 0; i < length; i++) {
    printf("%02x", bytes[i]);
  }
  putchar('\n');
}

static void fresh(byte *to, size_t length) {
  if (getrandom(to, length, 0) != (ssize_t)length) {
    fail("getrandom", length);
  }
}

/* One operation of two calls. */
static ulong run(int first, int second, const struct worker *me, struct mechanism *how, byte *in, ulong length, byte *out,
                 ulong room) {
  must("initialisation of an operation", ((init)module->function[first])(me->session, how, me->key));
  must("operation", ((work)module->function[second])(me->session, in, length, out, &room));
  return room;
}

static ulong gcm(int first, int second, const struct worker *me, byte *nonce, byte *in, ulong length, byte *out, ulong room) {
  struct gcm parameters = {nonce, NONCE, 8 * NONCE, aad.at, aad.length, 8 * TAG};
  struct mechanism how = {CKM_AES_GCM, &parameters, sizeof parameters};
  return run(first, second, me, &how, in, length, out, room);
}

static void wrap(const struct worker *me, byte *out) {
  fresh(out, NONCE);
  ulong length = gcm(ENCRYPT_INIT, ENCRYPT, me, out, dek.at, DEK, out + NONCE, DEK + TAG);
  if (length != DEK + TAG) {
    fail("length of a wrap", length);
  }
}

static void unwrap(const struct worker *me) {
  byte out[DEK + TAG];
  ulong length = gcm(DECRYPT_INIT, DECRYPT, me, input.at, input.at + NONCE, input.length - NONCE, out, sizeof out);
  if (length != DEK || memcmp(out, dek.at, DEK) != 0) {
    fail("it opened to other bytes", length);
  }
}

static void mac(const struct worker *me, byte *message, byte *out) {
  struct mechanism how = {CKM_SHA256_HMAC, NULL, 0};
  ulong length = run(SIGN_INIT, SIGN, me, &how, message, input.length, out, MAC);
  if (length != MAC) {
    fail("length of a MAC", length);
  }
}

static void *repeat(void *argument) {
  struct worker *me = argument;
  struct bytes message = input;
  byte out[WRAP];
  while (!stop) {
    if (strcmp(operation, "wrap") == 0) {
      wrap(me, out);
    } else if (strcmp(operation, "unwrap") == 0) {
      unwrap(me);
    } else {
      fresh(message.at + SALT_AT, SALT);
      mac(me, message.at, out);
    }
    me->done++;
  }
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void wait_for(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}

static ulong done(const struct worker *workers, int threads) {
  ulong sum = 0;
  for (int i = 0; i < threads; i++) {
    sum += workers[i].done;
  }
  return sum;
}

static void measure(struct worker *workers, int threads, long warm_up, long time) {
  stop = 0;
  for (int i = 0; i < threads; i++) {
    must("pthread_create", (ulong)pthread_create(&workers[i].thread, NULL, repeat, &workers[i]));
  }
  wait_for(warm_up);
  double start = now();
  ulong before = done(workers, threads);
  ulong after;
  do { // again where the machine let none of them end: no operations a second are no result
    wait_for(time);
    after = done(workers, threads);
  } while (after == before);
  double end = now();
  stop = 1;
  for (int i = 0; i < threads; i++) {
    pthread_join(workers[i].thread, NULL);
  }
  printf("%.3f\n", (double)(after - before) / (end - start));
  fflush(stdout);
}

static void load(const char *file) {
  void *library = dlopen(file, RTLD_NOW);
  if (library == NULL) {
    fail(dlerror(), 0);
  }
  get_functions get;
  *(void **)&get = dlsym(library, "C_GetFunctionList");
  if (get == NULL) {
    fail(dlerror(), 0);
  }
  must("C_GetFunctionList", get(&module));
  struct initialize threads = {.flags = CKF_OS_LOCKING_OK};
  must("C_Initialize", ((ulong(*)(struct initialize *))module->function[INITIALIZE])(&threads));
}

static ulong open_session(ulong slot) {
  ulong session;
  must("C_OpenSession", ((ulong(*)(ulong, ulong, void *, void *, ulong *))module->function[OPEN_SESSION])(
                            slot, CKF_SERIAL_READ_WRITE, NULL, NULL, &session));
  return session;
}

static ulong find_key(ulong session) {
  ulong class = CKO_SECRET_KEY;
  struct attribute wanted[] = {{CKA_CLASS, &class, sizeof class}, {CKA_ID, id.at, id.length}};
  ulong found[2];
  ulong count;
  must("C_FindObjectsInit",
       ((ulong(*)(ulong, struct attribute *, ulong))module->function[FIND_INIT])(session, wanted, 2));
  must("C_FindObjects", ((ulong(*)(ulong, ulong *, ulong, ulong *))module->function[FIND])(session, found, 2, &count));
  must("C_FindObjectsFinal", ((ulong(*)(ulong))module->function[FIND_FINAL])(session));
  if (count != 1) {
    fail("keys with this id", count);
  }
  return found[0];
}

int main(int count, char **arguments) {
  const char *pin = getenv("PIN");
  if (count != 11 || pin == NULL) {
    fail("arguments", (ulong)count);
  }
  load(arguments[1]);
  ulong slot = strtoul(arguments[2], NULL, 10);
  parse(&id, arguments[3]);
  operation = arguments[4];
  int threads = atoi(arguments[5]);
  parse(&dek, arguments[8]);
  parse(&aad, arguments[9]);
  parse(&input, arguments[10]);
  struct worker *workers = calloc((size_t)threads, sizeof *workers);
  for (int i = 0; i < threads; i++) {
    workers[i].session = open_session(slot);
    if (i == 0) {
      must("C_Login", ((ulong(*)(ulong, ulong, const char *, ulong))module->function[LOGIN])(workers[0].session, CKU_USER,
                                                                                           pin, strlen(pin)));
    }
    workers[i].key = find_key(workers[i].session);
  }
  byte out[WRAP];
  if (strcmp(operation, "prove") == 0) {
    unwrap(&workers[0]);
    wrap(&workers[0], out);
    print(out, WRAP);
  } else if (strcmp(operation, "prove-mac") == 0) {
    mac(&workers[0], input.at, out);
    print(out, MAC);
  } else {
    char line[16];
    while (fgets(line, sizeof line, stdin) != NULL) {
      measure(workers, threads, atol(arguments[6]), atol(arguments[7]));
    }
  }
  return 0;
}
