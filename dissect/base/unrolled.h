/* dissect/base/unrolled.h - short loops whose number of rounds the compiler knows. */
#pragma once

/* In front of such a loop: gcc writes it out, up to 16 rounds. Clang does so by itself. */
#if defined(__GNUC__) && !defined(__clang__)
#define UNROLLED _Pragma("GCC unroll 16")
#else
#define UNROLLED
#endif
