// SPDX-License-Identifier: MIT
#include "bench.h"

int main(int argc, char **argv) { return pb::benchMain(argc, argv); }
