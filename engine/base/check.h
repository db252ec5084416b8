/*
 * check.h - a bug stops the process with its expression and place, in release builds as well.
 */
#ifndef PLM_CHECK_H
#define PLM_CHECK_H

_Noreturn void plm_assert_failed(const char *expression, const char *file, int line);

#define plm_assert(condition)                                                                      \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0)) {                                                   \
            plm_assert_failed(#condition, __FILE__, __LINE__);                                     \
        }                                                                                          \
    } while (0)

#endif
