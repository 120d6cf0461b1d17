/* Memory for nodes and for the arrays of their inputs: blocks of one size side by side, in slabs of 256 kB.

   A step of training frees a graph and records the next one. Were all that is free in one list, the nodes
   would come back in another order at each step, until neighbours in the graph lie megabytes apart and a
   pass mostly waits for memory. So a slab is used up before the next one, and when all of it is free again
   it is cut afresh from its start. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#ifdef _WIN32
#include <malloc.h>
#else
#include <sys/mman.h>
#endif

#define SLAB ((size_t)1 << 18) /* bytes; a slab starts at a multiple of it */
#define HEADER 64              /* bytes of it before the first block: a line of the cache */
#define SLABS_KEPT 128         /* of those that are empty; others go back to the system */
#define LARGEST ((size_t)4096) /* bytes; larger blocks come from malloc */
#define GRAIN 16               /* bytes; the size of a block is a multiple of it */

typedef struct Slab Slab;

typedef struct {
    Slab *current; /* blocks are taken from this slab; NULL before the first */
    Slab *open;    /* others with blocks in use and room: a list, the one that got room last comes first */
} Pool;

struct Slab {
    Pool *pool;
    Slab *next, *previous; /* in the list of the open, or of the empty */
    void **freed;          /* blocks that were given back, each holding the address of the next */
    char *fresh;           /* from here on no block was taken yet */
    size_t used, capacity; /* blocks */
};

static Pool pools[LARGEST / GRAIN + 1]; /* of blocks of 0, 16, 32 … bytes */
static Slab *empty = NULL;              /* a list, the one that was emptied last comes first */
static size_t slabs_kept = 0;           /* how many are empty */

#ifdef _WIN32

static void *slab_from_system(void) { return _aligned_malloc(SLAB, SLAB); }
static void slab_to_system(Slab *slab) { _aligned_free(slab); }

#else

static void *pages(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* Pages of their own, so that they go back when they are given back, wherever others lie. */
static void *slab_from_system(void) {
    char *memory = pages(SLAB);
    size_t before;
    if (!memory || (uintptr_t)memory % SLAB == 0) return memory;
    munmap(memory, SLAB);
    memory = pages(2 * SLAB);
    if (!memory) return NULL;
    before = SLAB - (uintptr_t)memory % SLAB; /* up to SLAB bytes; off both ends together SLAB */
    munmap(memory, before);
    if (before < SLAB) munmap(memory + before + SLAB, SLAB - before);
    return memory + before;
}

static void slab_to_system(Slab *slab) { munmap(slab, SLAB); }

#endif

static void link_open(Slab *slab) {
    slab->previous = NULL;
    slab->next = slab->pool->open;
    if (slab->next) slab->next->previous = slab;
    slab->pool->open = slab;
}

static void unlink_open(Slab *slab) {
    if (slab->next) slab->next->previous = slab->previous;
    if (slab->previous) slab->previous->next = slab->next;
    else slab->pool->open = slab->next;
}

static void cut_afresh(Slab *slab) {
    slab->freed = NULL;
    slab->fresh = (char *)slab + HEADER;
}

/* Makes a slab with room the current one; NULL where memory is exhausted. An empty one comes first, for in
   it neighbours will lie side by side, and holes in the open are filled before there are more slabs. */
static Slab *next_slab(Pool *pool, size_t size) {
    Slab *slab = empty;
    if (slab) {
        empty = slab->next;
        slabs_kept--;
    } else if (pool->open) {
        slab = pool->open;
        unlink_open(slab);
        return pool->current = slab;
    } else {
        slab = slab_from_system();
        if (!slab) return NULL;
    }
    slab->pool = pool;
    slab->used = 0;
    slab->capacity = (SLAB - HEADER) / size;
    cut_afresh(slab);
    return pool->current = slab;
}

/* The last block in use of a slab was given back. */
static void emptied(Slab *slab) {
    if (slab == slab->pool->current) {
        cut_afresh(slab);
        return;
    }
    unlink_open(slab);
    if (slabs_kept == SLABS_KEPT) {
        slab_to_system(slab);
        return;
    }
    slab->next = empty;
    empty = slab;
    slabs_kept++;
}

/* For the sanitizer each block lies by itself, so that it is found when one is used after its end. */
#ifdef __SANITIZE_ADDRESS__
#define IN_SLABS(size) 0
#else
#define IN_SLABS(size) ((size) <= LARGEST)
#endif

static inline size_t rounded_up(size_t size) { return (size + GRAIN - 1) / GRAIN * GRAIN; }

/* Memory of so many bytes, not zeroed; NULL where it is exhausted. */
static inline void *take_block(size_t size) {
    Pool *pool;
    Slab *slab;
    void **block;
    if (!IN_SLABS(size)) return malloc(size);
    size = rounded_up(size);
    pool = &pools[size / GRAIN];
    slab = pool->current;
    if (!slab || slab->used == slab->capacity) {
        slab = next_slab(pool, size);
        if (!slab) return NULL;
    }
    slab->used++;
    block = slab->freed;
    if (block) {
        slab->freed = *block;
    } else {
        block = (void **)slab->fresh;
        slab->fresh += size;
    }
    return block;
}

static inline void give_back(void *block, size_t size) {
    Slab *slab;
    if (!IN_SLABS(size)) {
        free(block);
        return;
    }
    slab = (Slab *)((uintptr_t)block & ~(uintptr_t)(SLAB - 1));
    *(void **)block = slab->freed;
    slab->freed = block;
    if (slab->used == slab->capacity && slab != slab->pool->current) link_open(slab);
    if (--slab->used == 0) emptied(slab);
}
