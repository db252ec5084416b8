/*
 * bytes_zip.c - unpacks the members of a zip file one after another, CRC checked by libarchive.
 *
 * A file is read by its central directory, which must be whole. A pipe cannot be, so it is read by
 * the members' own heads up to the central directory.
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <string.h>

#include "bytes_raw.h"
#include "check.h"
#include "memory.h"

typedef struct zip_state {
    struct archive *archive;
    plm_raw *raw;
    plm_diag *diag; /* of the call that is running, for the callbacks */
    bool inside;    /* within a member */
    bool any;       /* a member has been seen */
} zip_state;

static la_ssize_t zip_on_read(struct archive *archive, void *self, const void **out_block)
{
    (void)archive;
    zip_state *const zip = self;
    if (plm_raw_peek(zip->raw, 1, zip->diag) < 0) {
        return ARCHIVE_FATAL;
    }
    size_t const size = zip->raw->size;
    *out_block = zip->raw->at;
    plm_raw_take(zip->raw, size);
    return (la_ssize_t)size;
}

static la_int64_t zip_on_seek(struct archive *archive, void *self, la_int64_t offset, int whence)
{
    (void)archive;
    zip_state *const zip = self;
    uint64_t const base = whence == SEEK_SET   ? 0
                          : whence == SEEK_CUR ? zip->raw->offset
                                               : zip->raw->file_size;
    int64_t target;
    if (base > INT64_MAX || __builtin_add_overflow((int64_t)base, offset, &target) || target < 0 ||
        plm_raw_seek(zip->raw, (uint64_t)target, zip->diag) < 0) {
        return ARCHIVE_FATAL;
    }
    return target;
}

static plm_status zip_fail(zip_state *zip, plm_diag *diag)
{
    const char *const words = archive_error_string(zip->archive);
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s: offset %llu: %s; whole zip members without a password are allowed",
                    zip->raw->path, (unsigned long long)zip->raw->offset,
                    words != NULL ? words : "damaged zip data");
}

/* Without a locale libarchive cannot convert a name that is not ASCII and says so; such a member
 * is shown by its number. Other warnings tell of a directory and heads that contradict each other.
 */
static bool is_name_warning(const zip_state *zip)
{
    static const char WORDS[] = "Pathname cannot be converted";
    const char *const found = archive_error_string(zip->archive);
    return found != NULL && strncmp(found, WORDS, sizeof WORDS - 1) == 0;
}

/* Goes to the next member that is a file; PLM_END when there is none. */
static plm_status zip_next_member(plm_unpacker *self, plm_diag *diag)
{
    zip_state *const zip = self->state;
    for (;;) {
        struct archive_entry *entry = NULL;
        int const result = archive_read_next_header(zip->archive, &entry);
        if (result == ARCHIVE_EOF) {
            return PLM_END;
        }
        if (result != ARCHIVE_OK && !(result == ARCHIVE_WARN && is_name_warning(zip))) {
            return zip_fail(zip, diag);
        }
        if (archive_entry_filetype(entry) != AE_IFREG) {
            continue;
        }
        if (zip->any) {
            self->member++;
        }
        const char *const name = archive_entry_pathname(entry);
        if (name != NULL) {
            (void)snprintf(self->name, sizeof self->name, "%s:%s", zip->raw->path, name);
        } else {
            (void)snprintf(self->name, sizeof self->name, "%s:member %llu", zip->raw->path,
                           (unsigned long long)self->member + 1);
        }
        zip->any = true;
        zip->inside = true;
        return PLM_OK;
    }
}

static plm_status zip_read(plm_unpacker *self, plm_raw *raw, void *buffer, size_t cap,
                           plm_diag *diag, size_t *out_size)
{
    zip_state *const zip = self->state;
    zip->diag = diag;
    size_t made = 0;
    while (made == 0) {
        if (!zip->inside) {
            plm_status const status = zip_next_member(self, diag);
            PLM_TRY(status);
            if (status == PLM_END) {
                break;
            }
        }
        la_ssize_t const size = archive_read_data(zip->archive, buffer, cap);
        if (size < 0) {
            return zip_fail(zip, diag);
        }
        made = (size_t)size;
        zip->inside = made > 0;
        PLM_TRY(plm_raw_count_output(raw, made, diag));
    }
    *out_size = made;
    return PLM_OK;
}

static void zip_destroy(plm_unpacker *self)
{
    zip_state *const zip = self->state;
    plm_diag ignored;
    plm_diag_init(&ignored);
    zip->diag = &ignored;
    (void)archive_read_free(zip->archive);
    plm_free(zip);
}

plm_status plm_unpack_zip(plm_raw *raw, plm_diag *diag, plm_unpacker *out)
{
    zip_state *const zip = plm_alloc(1, sizeof *zip);
    zip->raw = raw;
    zip->diag = diag;
    zip->archive = archive_read_new();
    out->state = zip;
    out->read = zip_read;
    out->destroy = zip_destroy;
    if (zip->archive == NULL) {
        return plm_fail(diag, PLM_ERR_IO, "%s: out of memory for libarchive", raw->path);
    }
    int const support = raw->seekable ? archive_read_support_format_zip_seekable(zip->archive)
                                      : archive_read_support_format_zip_streamable(zip->archive);
    if (support != ARCHIVE_OK ||
        archive_read_set_read_callback(zip->archive, zip_on_read) != ARCHIVE_OK ||
        (raw->seekable &&
         archive_read_set_seek_callback(zip->archive, zip_on_seek) != ARCHIVE_OK) ||
        archive_read_set_callback_data(zip->archive, zip) != ARCHIVE_OK ||
        archive_read_open1(zip->archive) != ARCHIVE_OK) {
        return zip_fail(zip, diag);
    }
    return PLM_OK;
}
