#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: misuse.py COMPILER CORE
Compiles small programs against the headers in CORE: what is meant well compiles, and what is a mistake is told in a sentence by
the first line of the compiler's error."""
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HEADERS = '''
#include "streaming/ParallelQueuedFeatureUnion.h"
#include "streaming/SequentialQueuedPipeline.h"
#include <map>
using namespace millrace;
using Sequence = SequentialQueuedPipeline;
struct Nothing {};
struct Lonely : Step { std::unique_ptr<int> own; };
struct Numbers : Source {
    Result<bool> fetch(Batch &, size_t) override { return false; }
    SchemaPtr schema() const override { return nullptr; }
};
'''

GOOD = [
    'Sequence a{multiply(2)}, b{multiply(2), add(1)}, c{{multiply(2), add(1)}}, d({a}), e{a};',
    'Sequence a({multiply(2).named("a").workers(2).queue(10), add(1)}), b{add(1).workers(2)};',
    'std::vector<QueuedStep> steps; steps.push_back({"a", multiply(2)}); steps.emplace_back("b", 2, multiply(3)); Sequence p(steps);',
    'std::unique_ptr<BaseQueuedPipeline> p = std::make_unique<Sequence>(std::vector<QueuedStep>{multiply(2)});',
    'struct Mine : Sequence { using Sequence::Sequence; }; Mine mine({multiply(size_t(2)), add(1.5f)});',
    'DataContainer a{.dataInputs = {uint64_t(1), size_t(2), 1.5f, true, nullptr, std::string_view("a")}};',
    'DataContainer a{.dataInputs = {{1, 2}, {3}}}, b{.dataInputs = {{{"price", 2}, {"pieces", 1}}}};',
    'DataContainer a{.dataInputs = std::vector<bool>{true}}, b{.dataInputs = std::vector<std::vector<double>>{{1, 2}, {3}}};',
    'DataContainer a{.dataInputs = std::vector<std::map<std::string, double>>{{{"price", 2}}}};',
    'Sequence p({mapStep([](auto x) { return x * 2; }), mapStep([](const Value &item) { return item; })});',
]

MISTAKES = [
    ('Sequence p({{2, "name", multiply(2)}});', 'the name comes first'),
    ('Sequence p({{"name", multiply(2), 2}});', 'the step comes last'),
    ('Sequence p({{"name", 1, {}, 1, 1, multiply(2)}});', 'five values at most'),
    ('Sequence p({{"name", 1}});', 'here the step is missing'),
    ('Sequence p({{"name", 2, {{"by", 2}, {"by", 3}}, multiply(1)}});', 'a set for each worker'),
    ('Sequence p({{"name", multiply(1).workers(2)}});', 'has all of them so'),
    ('Sequence p({"multiply"});', 'a text is no step'),
    ('Sequence p({{"name", 2, "multiply"}});', 'a text is no step'),
    ('Sequence p({Nothing()});', 'this is no step'),
    ('Sequence p({{"name", 2, Nothing()}});', 'this is no step'),
    ('Sequence p({[](double x) { return x; }});', 'mapStep(function)'),
    ('Sequence p({Numbers()});', 'a source or sink is no step'),
    ('Sequence p({Lonely()});', 'give it a copy constructor'),
    ('Sequence p({mapStep([](const std::string &text) { return text; })});', 'a function for mapStep takes'),
    ('Sequence p({mapStep([] { return 2; })});', 'a function for mapStep takes'),
    ('Sequence p({multiply(2)}, {.joiner = [](int) { return 3; }});', 'a data joiner is one of'),
    ('struct Mine : BaseQueuedPipeline {}; Mine mine;', 'derive from SequentialQueuedPipeline'),
]


def first_error(compiler, options, code):
    """The first error of a program with that code; None: it compiles."""
    done = subprocess.run([compiler, *options, '-x', 'c++', '-'], input='int main() { ' + code + ' }\n',
                          capture_output=True, text=True, env=dict(os.environ, LC_ALL='C'))
    errors = [line for line in done.stderr.splitlines() if 'error:' in line]
    return errors[0] if errors else None if done.returncode == 0 else done.stderr


def main():
    compiler, core = sys.argv[1:]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        header = os.path.join(folder, 'millrace.h')
        with open(header, 'w', encoding='utf-8') as file:
            file.write(HEADERS)
        options = ['-std=c++20', '-I' + core]
        is_clang = 'clang' in os.path.basename(compiler)
        compiled = header + ('.pch' if is_clang else '.gch')
        subprocess.run([compiler, *options, '-x', 'c++-header', header, '-o', compiled], check=True)
        options += ['-fsyntax-only', *(['-include-pch', compiled] if is_clang else ['-include', header])]
        error = first_error(compiler, options, ' '.join('{ ' + code + ' }' for code in GOOD))
        if error:
            failed += 1
            print(f'What is meant well should compile:\n  {error}')
        with ThreadPoolExecutor() as threads:
            errors = threads.map(lambda mistake: first_error(compiler, options, mistake[0]), MISTAKES)
        for (code, sentence), error in zip(MISTAKES, errors):
            if not error or sentence not in error:
                failed += 1
                print(f'"{sentence}" should be said of: {code}\n  {error or "It compiles."}')
    print(f'{len(MISTAKES)} mistakes, {failed} not as they should be')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
