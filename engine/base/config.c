/*
 * config.c - builds the tree from libyaml's events on a stack of its own, so that no input can
 * exhaust the machine's.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "check.h"
#include "memory.h"

#define CHUNK_SIZE ((size_t)16384)

/* Memory of the tree: chunks that are freed together. */
typedef struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(16) unsigned char bytes[];
} chunk;

struct plm_config {
    chunk *chunks;
    const plm_config_node *root;
};

/* A list or map that is still open. */
typedef struct level {
    plm_config_node *node;
    plm_config_node *last; /* entry */
    const char *key;       /* map: read, its value is awaited */
    uint32_t key_line, key_column;
} level;

typedef struct builder {
    plm_config *config;
    const char *file;
    const char *text;
    size_t size;
    plm_diag *diag;
    unsigned depth, nodes, documents;
    level levels[PLM_CONFIG_DEPTH_MAX];
} builder;

/* -- memory ---------------------------------------------------------------------------------- */

static void *take_memory(plm_config *config, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    chunk *top = config->chunks;
    if (top == NULL || top->size - top->used < size) {
        size_t const room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        top = plm_alloc(1, sizeof *top + room);
        top->size = room;
        top->next = config->chunks;
        config->chunks = top;
    }
    void *const memory = top->bytes + top->used;
    top->used += size;
    return memory;
}

static const char *keep_text(plm_config *config, const void *text, size_t size)
{
    char *const copy = take_memory(config, size + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

void plm_config_destroy(plm_config *config)
{
    if (config == NULL) {
        return;
    }
    while (config->chunks != NULL) {
        chunk *const next = config->chunks->next;
        plm_free(config->chunks);
        config->chunks = next;
    }
    plm_free(config);
}

/* -- events ---------------------------------------------------------------------------------- */

static uint32_t line_of(yaml_mark_t mark)
{
    return (uint32_t)mark.line + 1; /* fits: a file has at most PLM_CONFIG_BYTES_MAX bytes */
}

static uint32_t column_of(yaml_mark_t mark)
{
    return (uint32_t)mark.column + 1;
}

static plm_status refuse(const builder *b, yaml_mark_t mark, const char *what)
{
    return plm_fail(b->diag, PLM_ERR_USAGE, "%s:%u:%u: %s", b->file, line_of(mark), column_of(mark),
                    what);
}

/* Hangs a new node below the open level or makes it the root. */
static plm_status add_node(builder *b, const yaml_event_t *event, plm_config_kind kind,
                           plm_config_node **out)
{
    if (b->nodes == PLM_CONFIG_NODES_MAX) {
        return plm_fail(b->diag, PLM_ERR_USAGE, "%s:%u:%u: more than %u entries", b->file,
                        line_of(event->start_mark), column_of(event->start_mark),
                        PLM_CONFIG_NODES_MAX);
    }
    b->nodes++;
    plm_config_node *const node = take_memory(b->config, sizeof *node);
    *node = (plm_config_node){
        .kind = kind,
        .line = line_of(event->start_mark),
        .column = column_of(event->start_mark),
        .file = b->file,
    };
    *out = node;
    if (b->depth == 0) {
        b->config->root = node;
        return PLM_OK;
    }
    level *const parent = &b->levels[b->depth - 1];
    node->key = parent->key;
    node->key_line = parent->key_line;
    node->key_column = parent->key_column;
    parent->key = NULL;
    if (parent->last == NULL) {
        parent->node->first = node;
    } else {
        parent->last->next = node;
    }
    parent->last = node;
    parent->node->size++;
    return PLM_OK;
}

static bool awaits_key(const builder *b)
{
    return b->depth > 0 && b->levels[b->depth - 1].node->kind == PLM_CONFIG_MAP &&
           b->levels[b->depth - 1].key == NULL;
}

static plm_status on_scalar(builder *b, const yaml_event_t *event)
{
    if (event->data.scalar.anchor != NULL) {
        return refuse(b, event->start_mark, "anchors (&name) are not allowed: write it out");
    }
    if (event->data.scalar.tag != NULL) {
        return refuse(b, event->start_mark, "tags (!name) are not allowed: write the value alone");
    }
    size_t const size = event->data.scalar.length;
    if (memchr(event->data.scalar.value, '\0', size) != NULL) {
        return refuse(b, event->start_mark, "text with a NUL character is not allowed");
    }
    const char *const text = keep_text(b->config, event->data.scalar.value, size);
    if (awaits_key(b)) {
        if (size == 0) {
            return refuse(b, event->start_mark, "a key is empty");
        }
        level *const top = &b->levels[b->depth - 1];
        top->key = text;
        top->key_line = line_of(event->start_mark);
        top->key_column = column_of(event->start_mark);
        return PLM_OK;
    }
    plm_config_node *node = NULL;
    PLM_TRY(add_node(b, event, PLM_CONFIG_TEXT, &node));
    node->text = text;
    node->size = size;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return PLM_OK;
}

static plm_status on_open(builder *b, const yaml_event_t *event, plm_config_kind kind)
{
    bool const is_map = kind == PLM_CONFIG_MAP;
    if ((is_map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor) != NULL) {
        return refuse(b, event->start_mark, "anchors (&name) are not allowed: write it out");
    }
    if ((is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag) != NULL) {
        return refuse(b, event->start_mark, "tags (!name) are not allowed: write the value alone");
    }
    if (awaits_key(b)) {
        return refuse(b, event->start_mark, "a key is a list or map; allowed: text");
    }
    if (b->depth == PLM_CONFIG_DEPTH_MAX) {
        return plm_fail(b->diag, PLM_ERR_USAGE, "%s:%u:%u: nested more than %u deep", b->file,
                        line_of(event->start_mark), column_of(event->start_mark),
                        PLM_CONFIG_DEPTH_MAX);
    }
    plm_config_node *node = NULL;
    PLM_TRY(add_node(b, event, kind, &node));
    b->levels[b->depth++] = (level){.node = node};
    return PLM_OK;
}

static int compare_keys(const void *a, const void *b)
{
    const plm_config_node *const x = *(const plm_config_node *const *)a;
    const plm_config_node *const y = *(const plm_config_node *const *)b;
    int const order = strcmp(x->key, y->key);
    if (order != 0) {
        return order;
    }
    if (x->key_line != y->key_line) {
        return x->key_line < y->key_line ? -1 : 1;
    }
    return (x->key_column > y->key_column) - (x->key_column < y->key_column);
}

/* Doubled keys are neighbours once sorted: a map of all the nodes allowed stays cheap. */
static plm_status on_close(builder *b)
{
    const plm_config_node *const map = b->levels[--b->depth].node;
    if (map->kind != PLM_CONFIG_MAP || map->size < 2) {
        return PLM_OK;
    }
    const plm_config_node **const sorted = plm_alloc(map->size, sizeof *sorted);
    size_t count = 0;
    for (const plm_config_node *entry = map->first; entry != NULL; entry = entry->next) {
        sorted[count++] = entry;
    }
    qsort(sorted, count, sizeof *sorted, compare_keys);
    plm_status status = PLM_OK;
    for (size_t i = 1; i < count && status == PLM_OK; i++) {
        const plm_config_node *const first = sorted[i - 1], *const second = sorted[i];
        if (strcmp(first->key, second->key) == 0) {
            status = plm_fail(b->diag, PLM_ERR_USAGE,
                              "%s:%u:%u: key '%s' is given twice, first at %u:%u", b->file,
                              second->key_line, second->key_column, second->key, first->key_line,
                              first->key_column);
        }
    }
    plm_free(sorted);
    return status;
}

static plm_status on_document(builder *b, const yaml_event_t *event)
{
    if (event->data.document_start.version_directive != NULL ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end) {
        return refuse(b, event->start_mark, "directives (%NAME) are not allowed");
    }
    if (b->documents++ > 0) {
        return refuse(b, event->start_mark, "a second document begins; allowed: one in a file");
    }
    return PLM_OK;
}

static plm_status on_event(builder *b, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return PLM_OK;
    case YAML_STREAM_END_EVENT:
        if (b->documents == 0) {
            return plm_fail(b->diag, PLM_ERR_USAGE, "%s:1:1: holds nothing", b->file);
        }
        return PLM_OK;
    case YAML_DOCUMENT_START_EVENT:
        return on_document(b, event);
    case YAML_ALIAS_EVENT:
        return refuse(b, event->start_mark, "aliases (*name) are not allowed: write it out");
    case YAML_SCALAR_EVENT:
        return on_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(b, event, PLM_CONFIG_LIST);
    case YAML_MAPPING_START_EVENT:
        return on_open(b, event, PLM_CONFIG_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return on_close(b);
    }
    plm_assert(event->type == YAML_NO_EVENT);
    return PLM_OK;
}

/* Before a tab in the indentation stand blanks alone: there columns are bytes. */
static bool is_tab(const builder *b, yaml_mark_t mark)
{
    const char *at = b->text;
    const char *const end = b->text + b->size;
    for (size_t line = 0; line < mark.line; line++) {
        const char *const next = memchr(at, '\n', (size_t)(end - at));
        if (next == NULL) {
            return false;
        }
        at = next + 1;
    }
    return mark.column < (size_t)(end - at) && at[mark.column] == '\t';
}

static plm_status refuse_syntax(const builder *b, const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR) {
        plm_out_of_memory(1, PLM_CONFIG_BYTES_MAX);
    }
    const char *const problem = parser->problem != NULL ? parser->problem : "not readable";
    if (parser->error == YAML_READER_ERROR) {
        return plm_fail(b->diag, PLM_ERR_USAGE, "%s: byte %zu: %s; allowed: text in UTF-8", b->file,
                        parser->problem_offset, problem);
    }
    if (is_tab(b, parser->problem_mark)) {
        return refuse(b, parser->problem_mark, "a tab where blanks are needed (indentation)");
    }
    const char *const context = parser->context != NULL ? parser->context : "reading";
    return plm_fail(b->diag, PLM_ERR_USAGE, "%s:%u:%u: %s (%s)", b->file,
                    line_of(parser->problem_mark), column_of(parser->problem_mark), problem,
                    context);
}

static plm_status build(builder *b, yaml_parser_t *parser)
{
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            return refuse_syntax(b, parser);
        }
        yaml_event_type_t const type = event.type;
        plm_status const status = on_event(b, &event);
        yaml_event_delete(&event);
        if (status < 0 || type == YAML_STREAM_END_EVENT) {
            return status;
        }
    }
}

plm_status plm_config_parse(const char *name, const char *text, size_t size, plm_diag *diag,
                            plm_config **out)
{
    if (size > PLM_CONFIG_BYTES_MAX) {
        return plm_fail(diag, PLM_ERR_USAGE, "%s: is longer than %u bytes", name,
                        PLM_CONFIG_BYTES_MAX);
    }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        plm_out_of_memory(1, sizeof parser);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* a byte order mark says nothing */
        text += 3;
        size -= 3;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    plm_config *const config = plm_alloc(1, sizeof *config);
    builder b = {.config = config, .diag = diag, .text = text, .size = size};
    b.file = keep_text(config, name, strlen(name));
    plm_status const status = build(&b, &parser);
    yaml_parser_delete(&parser);
    if (status < 0) {
        plm_config_destroy(config);
        return status;
    }
    plm_assert(config->root != NULL && b.depth == 0);
    *out = config;
    return PLM_OK;
}

plm_status plm_config_read(const char *path, plm_diag *diag, plm_config **out)
{
    FILE *const file = fopen(path, "rb");
    if (file == NULL) {
        return plm_fail_errno(diag, errno, "%s: cannot be opened", path);
    }
    size_t const room = PLM_CONFIG_BYTES_MAX + 1; /* one more than allowed shows the excess */
    char *const text = plm_alloc(room, 1);
    size_t const size = fread(text, 1, room, file);
    int const failed = ferror(file) ? errno : 0;
    (void)fclose(file);
    plm_status const status = failed != 0 ? plm_fail_errno(diag, failed, "%s: cannot be read", path)
                                          : plm_config_parse(path, text, size, diag, out);
    plm_free(text);
    return status;
}

const plm_config_node *plm_config_root(const plm_config *config)
{
    return config->root;
}
