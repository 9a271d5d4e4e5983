// SPDX-License-Identifier: MIT
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "steps/script/PythonModule.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace millrace {

namespace {

/// What a new step is made of; @NAME@, @TITLE@ and @MODULES@ stand for what they say.
struct Template
{
    std::string_view role, code, manifest, test;
};

constexpr std::string_view StepCode = R"(import millrace


@millrace.step(title="@TITLE@")
def @NAME@(item, field: millrace.Field = "text", least: int = 1):
    """Counts the words of a text, and keeps the items that have at least so many.

    field: The field with the text.
    least: Items with fewer words are dropped.
    """
    words = len(str(item[field]).split())
    if words < least:
        return None
    item["words"] = words
    return item
)";

constexpr std::string_view StepManifest = R"({
  "id": "@NAME@",
  "title": "@TITLE@",
  "help": "Counts the words of a text, and keeps the items that have at least so many.",
  "family": "transform",
  "command": [
    "python3",
    "@NAME@.py"
  ],
  "params": [
    {
      "name": "field",
      "kind": "field",
      "default": "text",
      "help": "The field with the text."
    },
    {
      "name": "least",
      "kind": "integer",
      "default": 1,
      "help": "Items with fewer words are dropped."
    }
  ]
}
)";

constexpr std::string_view StepTest = R"(    def test_words_are_counted(self):
        self.assertEqual(@NAME@({"text": "one two"}), {"text": "one two", "words": 2})

    def test_items_with_fewer_words_are_dropped(self):
        self.assertIsNone(@NAME@({"text": "one two"}, least=3))
)";

constexpr std::string_view SourceCode = R"(import millrace


@millrace.source(title="@TITLE@")
def @NAME@(count: int = 10, word: str = "item"):
    """Gives so many items.

    count: How many.
    word: What they are called.
    """
    for number in range(count):
        yield {"number": number, "name": word + " " + str(number)}
)";

constexpr std::string_view SourceManifest = R"({
  "id": "@NAME@",
  "title": "@TITLE@",
  "help": "Gives so many items.",
  "family": "source",
  "command": [
    "python3",
    "@NAME@.py"
  ],
  "params": [
    {
      "name": "count",
      "kind": "integer",
      "default": 10,
      "help": "How many."
    },
    {
      "name": "word",
      "kind": "text",
      "default": "item",
      "help": "What they are called."
    }
  ]
}
)";

constexpr std::string_view SourceTest = R"(    def test_there_are_so_many(self):
        self.assertEqual(list(@NAME@(count=2, word="box")),
                         [{"number": 0, "name": "box 0"}, {"number": 1, "name": "box 1"}])
)";

constexpr std::string_view SinkCode = R"(import json

import millrace

lines = []


@millrace.on_finish
def write():
    if not lines:
        return
    with open(lines[0], "w", encoding="utf-8") as file:
        file.writelines(lines[1:])


@millrace.sink(title="@TITLE@")
def @NAME@(item, path: millrace.OutputFile):
    """Writes a text file with a line for each item, once all have come.

    path: The file.
    """
    if not lines:
        lines.append(path)
    lines.append(json.dumps(item) + "\n")
)";

constexpr std::string_view SinkManifest = R"({
  "id": "@NAME@",
  "title": "@TITLE@",
  "help": "Writes a text file with a line for each item, once all have come.",
  "family": "sink",
  "command": [
    "python3",
    "@NAME@.py"
  ],
  "params": [
    {
      "name": "path",
      "kind": "output file",
      "required": true,
      "help": "The file."
    }
  ]
}
)";

constexpr std::string_view SinkTest = R"(    def test_there_is_a_line_for_each_item(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "lines.txt")
            @NAME@.@NAME@({"a": 1}, path)
            @NAME@.@NAME@({"a": 2}, path)
            @NAME@.write()
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read(), '{"a": 1}\n{"a": 2}\n')
)";

constexpr std::string_view TestStart = R"(import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append("@MODULES@")  # of the module millrace, where Python doesn't find it by itself

from @NAME@ import @NAME@


class Test(unittest.TestCase):
)";

constexpr std::string_view SinkTestStart = R"(import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append("@MODULES@")  # of the module millrace, where Python doesn't find it by itself

import @NAME@


class Test(unittest.TestCase):
)";

constexpr std::string_view TestEnd = R"(

if __name__ == "__main__":
    unittest.main()
)";

constexpr Template Templates[] = {{"step", StepCode, StepManifest, StepTest},
                                  {"source", SourceCode, SourceManifest, SourceTest},
                                  {"sink", SinkCode, SinkManifest, SinkTest}};

/// A word that Python takes as a name, and a step as its id.
bool isPythonName(std::string_view name)
{
    const auto isLetter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= 40 && isLetter(name.front())
           && std::ranges::all_of(name, [&](char c) { return isLetter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::string filled(std::string_view text, const std::string &name)
{
    std::string title = name;
    std::ranges::replace(title, '_', ' ');
    title.front() = char(std::toupper(static_cast<unsigned char>(title.front())));
    const std::pair<std::string_view, std::string> words[] = {
        {"@NAME@", name}, {"@TITLE@", title}, {"@MODULES@", pythonModuleFolder()}};
    std::string result(text);
    for (const auto &[word, meant] : words)
        for (size_t at = result.find(word); at != std::string::npos; at = result.find(word, at + meant.size()))
            result.replace(at, word.size(), meant);
    return result;
}

/// A sentence where that fails; nothing that is there is written over.
std::string writeNew(const std::filesystem::path &path, const std::string &text)
{
    std::FILE *file = std::fopen(path.c_str(), "wxe");
    bool isWritten = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    isWritten = file && std::fclose(file) == 0 && isWritten;
    return isWritten
               ? std::string()
               : path.string() + " can't be written: " + std::strerror(errno) + ". Choose another name or folder.";
}

} // namespace

int newStepCommand(const Arguments &arguments, const StepRegistry &registry)
{
    namespace fs = std::filesystem;
    const auto call = parseCall("new-step", arguments);
    if (!call)
        return wrongCall("new-step", call.error().message);
    if (call->words.size() != 1 || !isPythonName(call->words.front()))
        return wrongCall("new-step", "Name the step with small letters, digits and \"_\", such as count_words.");
    if (call->value("language").value_or("python") != "python")
        return wrongCall("new-step", "--language: there is python.");
    const std::string &name = call->words.front(), role = call->value("kind").value_or("step");
    const auto found = std::ranges::find(Templates, role, &Template::role);
    if (found == std::end(Templates))
        return wrongCall("new-step", "--kind: it is step, source or sink.");
    if (const StepType *taken = registry.find(name))
        return wrongCall("new-step", "There is a step \"" + taken->id + "\" already; choose another name.");
    std::error_code error;
    fs::create_directories("steps", error);
    if (error) {
        printError("The folder steps can't be made: " + error.message() + '.');
        return WrongCall;
    }
    const fs::path folder = "steps";
    const fs::path code = folder / (name + ".py"), manifest = folder / (name + ".step.json"),
                   test = folder / ("test_" + name + ".py");
    const std::string start(role == "sink" ? SinkTestStart : TestStart);
    for (const auto &[path, text] :
         {std::pair(code, std::string(found->code)), std::pair(manifest, std::string(found->manifest)),
          std::pair(test, start + std::string(found->test) + std::string(TestEnd))})
        if (const std::string problem = writeNew(path, filled(text, name)); !problem.empty()) {
            printError(problem);
            return WrongCall;
        }
    say(stdout, filled("steps/@NAME@.py          the step\n"
                       "steps/@NAME@.step.json   its manifest, by which it is known; after a change write it anew:\n"
                       "                         PYTHONPATH=@MODULES@ python3 -m millrace describe steps/@NAME@.py\n"
                       "steps/test_@NAME@.py     its test: python3 -m unittest discover steps\n",
                       name));
    return Finished;
}

} // namespace millrace
