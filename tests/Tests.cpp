// SPDX-License-Identifier: MIT
// The tests of a folder are one program, which has a name (a link to it) for each of them: it runs the one that it is called by. A
// child that a test starts by the program's own path is told by the environment which test that was.
#include "Tests.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

const NamedTest *testOfName(const std::string &name)
{
    for (const NamedTest &test : namedTests) {
        if (test.name == name)
            return &test;
    }
    return nullptr;
}

} // namespace

int main(int argc, char **argv)
{
    if (const NamedTest *const called = testOfName(std::filesystem::path(argv[0]).filename().string())) {
        setenv("MILLRACE_TEST", called->name, 1);
        return called->main(argc, argv);
    }
    const char *const parent = std::getenv("MILLRACE_TEST");
    if (const NamedTest *const test = testOfName(parent ? parent : ""))
        return test->main(argc, argv);
    std::fputs("Start one of these tests, by the link of its name beside this program:\n", stderr);
    for (const NamedTest &test : namedTests)
        std::fprintf(stderr, "  %s\n", test.name);
    return 2;
}
