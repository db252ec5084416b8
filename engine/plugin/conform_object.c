/*
 * conform_object.c - the dynamic symbols of a shared object, read from the file without running
 * any of it: what it shows to others and what it takes from them.
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "conform_parts.h"
#include "memory.h"

typedef struct image {
    const char *path;
    const uint8_t *bytes;
    size_t size;
} image;

typedef struct symbol_table {
    size_t offset, count; /* of Elf64_Sym */
    size_t text, text_size;
} symbol_table;

static bool copy_out(const image *object, size_t offset, void *out, size_t size)
{
    if (offset > object->size || size > object->size - offset) {
        return false;
    }
    memcpy(out, object->bytes + offset, size);
    return true;
}

static plm_status refuse(const image *object, plm_diag *diag, const char *what)
{
    return plm_fail(diag, PLM_ERR_INPUT, "%s: %s", object->path, what);
}

/* -- sections -------------------------------------------------------------------------------- */

static bool read_section(const image *object, const Elf64_Ehdr *head, size_t index, Elf64_Shdr *out)
{
    return index < head->e_shnum && head->e_shentsize == sizeof *out &&
           head->e_shoff < SIZE_MAX / 2 &&
           copy_out(object, head->e_shoff + index * sizeof *out, out, sizeof *out) &&
           out->sh_offset <= object->size && out->sh_size <= object->size - out->sh_offset;
}

static plm_status find_symbols(const image *object, plm_diag *diag, symbol_table *out)
{
    Elf64_Ehdr head;
    if (!copy_out(object, 0, &head, sizeof head) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
        head.e_type != ET_DYN) {
        return refuse(object, diag, "is no shared object (64-bit ELF)");
    }
    for (size_t i = 0; i < head.e_shnum; i++) {
        Elf64_Shdr section, text;
        if (!read_section(object, &head, i, &section) || section.sh_type != SHT_DYNSYM) {
            continue;
        }
        if (!read_section(object, &head, section.sh_link, &text) || text.sh_size == 0 ||
            object->bytes[text.sh_offset + text.sh_size - 1] != '\0') {
            break;
        }
        *out = (symbol_table){.offset = section.sh_offset,
                              .count = section.sh_size / sizeof(Elf64_Sym),
                              .text = text.sh_offset,
                              .text_size = text.sh_size};
        return PLM_OK;
    }
    return refuse(object, diag, "has no table of dynamic symbols");
}

/* -- symbols --------------------------------------------------------------------------------- */

/* Results must not hang on these: time is *now, chance is the run's seed, the end is a result. */
static const char *const unwanted[] = {
    "time",        "clock",          "clock_gettime", "gettimeofday", "rand",     "srand",
    "random",      "srandom",        "drand48",       "lrand48",      "mrand48",  "getrandom",
    "getentropy",  "arc4random",     "exit",          "_exit",        "_Exit",    "quick_exit",
    "system",      "popen",          "setlocale",     "fesetround",   "fesetenv", "longjmp",
    "thrd_create", "pthread_create",
};

static bool is_unwanted(const char *name)
{
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++) {
        if (strcmp(unwanted[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_visible(const Elf64_Sym *symbol)
{
    unsigned const visibility = ELF64_ST_VISIBILITY(symbol->st_other);
    return visibility == STV_DEFAULT || visibility == STV_PROTECTED;
}

/* Weak symbols are shared templates of C++; names with "__" belong to compilers. */
static void inspect_export(const Elf64_Sym *symbol, const char *name, bool *out_entry,
                           plm_object_complaints *out)
{
    if (ELF64_ST_BIND(symbol->st_info) != STB_GLOBAL || !is_visible(symbol)) {
        return;
    }
    if (strcmp(name, "plm_entry") == 0) {
        *out_entry = true;
        if (symbol->st_size < sizeof(plm_entry_table)) {
            (void)snprintf(out->exports, sizeof out->exports,
                           "plm_entry has %llu bytes, a plm_entry_table has %zu",
                           (unsigned long long)symbol->st_size, sizeof(plm_entry_table));
        }
        return;
    }
    static const char *const linkers[] = {"_init", "_fini", "_edata", "_end"};
    bool own = strncmp(name, "__", 2) != 0;
    for (size_t i = 0; i < sizeof linkers / sizeof *linkers; i++) {
        own = own && strcmp(linkers[i], name) != 0;
    }
    if (own && out->exports[0] == '\0') {
        (void)snprintf(out->exports, sizeof out->exports,
                       "exports '%.64s' besides plm_entry; build it with -fvisibility=hidden",
                       name);
    }
}

static void inspect_import(const char *name, plm_object_complaints *out)
{
    if (out->imports[0] != '\0') {
        return;
    }
    if (strncmp(name, "plm_", 4) == 0) {
        (void)snprintf(out->imports, sizeof out->imports,
                       "needs '%.64s', which no host gives; functions come from get_extension",
                       name);
    } else if (is_unwanted(name)) {
        (void)snprintf(out->imports, sizeof out->imports,
                       "calls '%.64s'; time comes from *now, chance from the seed of the run",
                       name);
    }
}

static void inspect_symbols(const image *object, const symbol_table *table,
                            plm_object_complaints *out)
{
    bool has_entry = false;
    for (size_t i = 0; i < table->count; i++) {
        Elf64_Sym symbol;
        if (!copy_out(object, table->offset + i * sizeof symbol, &symbol, sizeof symbol) ||
            symbol.st_name >= table->text_size) {
            continue;
        }
        const char *const name = (const char *)object->bytes + table->text + symbol.st_name;
        if (symbol.st_shndx == SHN_UNDEF) {
            inspect_import(name, out);
        } else {
            inspect_export(&symbol, name, &has_entry, out);
        }
    }
    if (!has_entry) {
        (void)snprintf(out->exports, sizeof out->exports,
                       "does not export plm_entry (is PLM_EXPORT missing?)");
    }
}

/* -- the file -------------------------------------------------------------------------------- */

static plm_status read_object(FILE *file, image *object, plm_diag *diag)
{
    size_t cap = 1u << 20;
    uint8_t *bytes = plm_alloc(cap, 1);
    size_t size = 0;
    for (size_t got; (got = fread(bytes + size, 1, cap - size, file)) > 0;) {
        size += got;
        if (size == cap && cap < PLM_OBJECT_BYTES_MAX) {
            cap *= 2;
            bytes = plm_realloc(bytes, cap, 1);
        }
    }
    object->bytes = bytes;
    object->size = size;
    if (ferror(file) != 0) {
        return plm_fail(diag, PLM_ERR_IO, "%s: cannot be read", object->path);
    }
    return size < PLM_OBJECT_BYTES_MAX ? PLM_OK : refuse(object, diag, "is larger than 256 MiB");
}

plm_status plm_object_inspect(const char *path, plm_diag *diag, plm_object_complaints *out)
{
    FILE *const file = fopen(path, "rb");
    if (file == NULL) {
        return plm_fail_errno(diag, errno, "%s", path);
    }
    image object = {.path = path, .bytes = NULL, .size = 0};
    plm_status status = read_object(file, &object, diag);
    (void)fclose(file);
    symbol_table table = {0};
    if (status == PLM_OK) {
        status = find_symbols(&object, diag, &table);
    }
    if (status == PLM_OK) {
        *out = (plm_object_complaints){.exports = "", .imports = ""};
        inspect_symbols(&object, &table, out);
    }
    plm_free((void *)(uintptr_t)object.bytes);
    return status;
}
