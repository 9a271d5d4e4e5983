// SPDX-License-Identifier: MIT
// Steps that manifests declare, with real programs.
#include "data/json/JsonReader.h"
#include "steps/manifest/ProgramManifest.h"
#include "steps/manifest/StepFolders.h"
#include "steps/StepRunner.h"

#include <QDir>
#include <QTest>

#include <algorithm>

using namespace millrace;
namespace tst_manifest {

using test::batchOf;
using test::Folder;
using test::jsonOf;

namespace {

/// Adds to a number, and sends what is large elsewhere.
constexpr const char *AddProgram = "import json, sys\n"
                                   "def say(message):\n"
                                   "    sys.stdout.write(json.dumps(message) + '\\n')\n"
                                   "    sys.stdout.flush()\n"
                                   "for line in sys.stdin:\n"
                                   "    message = json.loads(line)\n"
                                   "    if message['op'] == 'init':\n"
                                   "        told = message\n"
                                   "        say({'op': 'ready'})\n"
                                   "    elif message['op'] == 'batch':\n"
                                   "        results = []\n"
                                   "        for item in message['items']:\n"
                                   "            if item['value'] == 0:\n"
                                   "                results.append({'error': {'message': 'it is zero'}})\n"
                                   "                continue\n"
                                   "            made = {'value': item['value'] + told['settings']['by'],\n"
                                   "                    'file': told['settings']['file']}\n"
                                   "            port = 'large' if item['value'] > 9 else 'out'\n"
                                   "            results.append({'ok': made, 'port': port})\n"
                                   "        say({'id': message['id'], 'results': results})\n";

constexpr const char *AddManifest = R"({"id": "add.own", "title": "Add", "help": "Adds. More.", "family": "transform",
    "command": ["python3", "add.py"], "ports": ["out", "large"], "workers": 4,
    "params": [{"name": "by", "kind": "integer", "default": 5, "minimum": 1, "help": "What is added."},
               {"name": "file", "kind": "input file"}]})";

/// Gives as many numbers as it is told to, at most three at a time.
constexpr const char *CountProgram = "import json, sys\n"
                                     "def say(message):\n"
                                     "    sys.stdout.write(json.dumps(message) + '\\n')\n"
                                     "    sys.stdout.flush()\n"
                                     "given = 0\n"
                                     "for line in sys.stdin:\n"
                                     "    message = json.loads(line)\n"
                                     "    if message['op'] == 'init':\n"
                                     "        upto = message['settings']['upTo']\n"
                                     "        say({'op': 'ready'})\n"
                                     "    elif message['op'] == 'fetch':\n"
                                     "        last = min(given + min(3, message['items']), upto)\n"
                                     "        items = [{'n': n} for n in range(given, last)]\n"
                                     "        if given == 3: items[0]['late'] = True\n"
                                     "        given = last\n"
                                     "        say({'id': message['id'], 'items': items, 'end': given == upto})\n";

/// Keeps the items in a file once it is told that there are no more.
constexpr const char *KeepProgram = "import json, sys\n"
                                    "def say(message):\n"
                                    "    sys.stdout.write(json.dumps(message) + '\\n')\n"
                                    "    sys.stdout.flush()\n"
                                    "kept = []\n"
                                    "for line in sys.stdin:\n"
                                    "    message = json.loads(line)\n"
                                    "    if message['op'] == 'init':\n"
                                    "        path = message['settings']['path']\n"
                                    "        say({'op': 'ready'})\n"
                                    "    elif message['op'] == 'batch':\n"
                                    "        kept += message['items']\n"
                                    "        say({'id': message['id'], 'results': [{'ok': i} if i['n'] != 4 else\n"
                                    "             {'error': 'no fours'} for i in message['items']]})\n"
                                    "    elif message['op'] == 'finish':\n"
                                    "        open(path, 'w').write(json.dumps(kept))\n"
                                    "        say({'id': message['id']})\n";

/// A registry with the built-in steps and those of a folder.
class Declared
{
public:
    explicit Declared(const std::string &folder)
    {
        qputenv("MILLRACE_STEPS", QByteArray::fromStdString(folder));
        registerBuiltInSteps(registry);
        builtIn = registry.types().size();
        problems = declareSteps(registry, {});
    }
    ~Declared() { qunsetenv("MILLRACE_STEPS"); }

    StepRegistry registry;
    size_t builtIn = 0;
    std::vector<std::string> problems;
};

Members paramsOf(const std::string &json)
{
    return parseJson(json)->toObject();
}

} // namespace

class TestManifest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", "/nonexistent"); // nobody's own steps
    }
    void aManifestMakesAProgramAStep()
    {
        const Folder folder;
        folder.write("add.py", AddProgram);
        folder.write("add.step.json", AddManifest);
        const Declared declared(folder.path());
        QVERIFY2(declared.problems.empty(), declared.problems.empty() ? "" : declared.problems[0].c_str());
        QCOMPARE(declared.registry.types().size(), declared.builtIn + 1);
        const StepType *type = declared.registry.find("add.own");
        QVERIFY(type);
        QCOMPARE(type->title, "Add");
        QCOMPARE(type->family, Family::Transform);
        QCOMPARE(type->mostWorkers, 4);
        QCOMPARE(type->outputPorts, (std::vector<std::string>{"out", "large"}));
        QVERIFY(!type->param("by")->problemOf(Value(0)).empty());
        auto step = type->create(paramsOf(R"({"by": 7, "file": "data.csv"})"));
        QVERIFY(step);
        StepContext context;
        context.folder = "/somewhere";
        const auto opened = (*step)->open(context);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        const auto batch = batchOf(R"([{"value": 1}, {"value": 0}, {"value": 10}])");
        QVERIFY((*step)->process(*batch));
        COMPARE_TEXT(jsonOf(*batch), "{\"value\":8,\"file\":\"/somewhere/data.csv\"}\n"
                                     "{\"value\":17,\"file\":\"/somewhere/data.csv\"}\n");
        QCOMPARE(batch->ports(), (std::vector<uint8_t>{0, 1}));
        QCOMPARE(batch->errors().size(), size_t(1));
        QCOMPARE(batch->errors()[0].row, uint32_t(1));
        QCOMPARE(batch->errors()[0].message, std::string("it is zero"));
        (*step)->close();
    }
    void aSourceIsAskedUntilItHasNoMore()
    {
        const Folder folder;
        folder.write("count.py", CountProgram);
        folder.write("count.step.json", R"({"id": "count.own", "family": "source", "command": "python3 count.py",
            "params": [{"name": "upTo", "kind": "integer", "default": 8}]})");
        const Declared declared(folder.path());
        const StepType *type = declared.registry.find("count.own");
        QVERIFY(type);
        QCOMPARE(type->kind, StepKind::Source);
        auto step = type->create({});
        QVERIFY(step);
        auto &source = static_cast<Source &>(**step);
        QVERIFY(source.open({}));
        std::string text;
        std::vector<size_t> sizes;
        Batch batch;
        for (;;) {
            const auto fetched = source.fetch(batch, 2);
            QVERIFY(fetched);
            if (!*fetched)
                break;
            text += jsonOf(batch);
            sizes.push_back(batch.size());
        }
        COMPARE_TEXT(text, "{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n{\"n\":3,\"late\":true}\n{\"n\":4}\n{\"n\":5}\n{\"n\":6}\n"
                           "{\"n\":7}\n");
        QCOMPARE(sizes, (std::vector<size_t>{2, 1, 2, 2, 1}));
        source.close();
    }
    void aSinkSaysWhichItemsItCouldNotKeepAndFinishes()
    {
        const Folder folder;
        folder.write("keep.py", KeepProgram);
        folder.write("keep.step.json", R"({"id": "keep.own", "family": "sink", "command": "python3 keep.py",
            "params": [{"name": "path", "kind": "output file", "required": true}]})");
        const Declared declared(folder.path());
        const StepType *type = declared.registry.find("keep.own");
        QVERIFY(type);
        QVERIFY(type->outputPorts.empty());
        auto step = type->create(paramsOf(R"({"path": "kept.json"})"));
        QVERIFY(step);
        auto &sink = static_cast<Sink &>(**step);
        StepContext context;
        context.folder = folder.path();
        QVERIFY(sink.open(context));
        const auto batch = batchOf(R"([{"n": 3}, {"n": 4}])");
        QVERIFY(sink.write(*batch));
        QCOMPARE(batch->errors().size(), size_t(1));
        QCOMPARE(batch->errors()[0].row, uint32_t(1));
        QCOMPARE(batch->errors()[0].message, std::string("no fours"));
        QVERIFY(!folder.has("kept.json"));
        QVERIFY(sink.finish());
        QCOMPARE(folder.read("kept.json"), std::string(R"([{"n": 3}, {"n": 4}])"));
        sink.close();
    }
    void aBrokenManifestIsASentenceThatNamesIt_data()
    {
        QTest::addColumn<QString>("manifest");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const char *manifest, const char *says) {
            QTest::newRow(name) << manifest << says;
        };
        row("no JSON", "{", "is no JSON");
        row("a list", "[]", "is no JSON object");
        row("no id", R"({"command": "x"})", "it has no \"id\"");
        row("wrong id", R"({"id": "a b", "command": "x"})", "the id \"a b\" can't be a step's");
        row("no command", R"({"id": "a"})", "it has no \"command\"");
        row("a number as command", R"({"id": "a", "command": 3})", "it has no \"command\"");
        row("family", R"({"id": "a", "command": "x", "family": "sauce"})", "the family \"sauce\" is unknown");
        row("protocol", R"({"id": "a", "command": "x", "protocol": "xml"})", "the protocol \"xml\" is unknown");
        row("lines of a source", R"({"id": "a", "command": "x", "family": "source", "protocol": "lines"})",
            "speak the protocol \"batch\"");
        row("error port", R"({"id": "a", "command": "x", "ports": ["out", "error"]})", "can't be called \"error\"");
        row("kind", R"({"id": "a", "command": "x", "params": [{"name": "n", "kind": "colour"}]})",
            "the parameter \"n\" has the unknown kind \"colour\"");
        row("key of a parameter", R"({"id": "a", "command": "x", "params": [{"name": "n", "defaults": 1}]})",
            "did you mean \"default\"?");
        row("default", R"({"id": "a", "command": "x", "params": [{"name": "n", "kind": "integer", "default": "x"}]})",
            "has a default that doesn't fit");
        row("choices", R"({"id": "a", "command": "x", "params": [{"name": "n", "kind": "choice"}]})",
            "needs \"choices\"");
        row("twice", R"({"id": "a", "command": "x", "params": [{"name": "n"}, {"name": "n"}]})",
            "there are two parameters \"n\"");
        row("secret", R"({"id": "a", "command": "x", "params": [{"name": "n", "secret": true, "default": "x"}]})",
            "can't have a default");
        row("taken", R"({"id": "read.csv", "command": "x"})", "there is a step \"read.csv\" in Millrace already");
        row("python", R"({"id": "a", "command": "perl x", "python": "venv/bin/python3"})",
            "the command doesn't begin with");
    }
    void aBrokenManifestIsASentenceThatNamesIt()
    {
        QFETCH(QString, manifest);
        QFETCH(QString, says);
        const Folder folder;
        const std::string path = folder.write("broken.step.json", manifest.toStdString());
        const Declared declared(folder.path());
        QCOMPARE(declared.registry.types().size(), declared.builtIn);
        QCOMPARE(declared.problems.size(), size_t(1));
        const std::string &problem = declared.problems[0];
        QVERIFY2(problem.find(says.toStdString()) != std::string::npos, problem.c_str());
        QVERIFY2(problem.find("broken.step.json") != std::string::npos, problem.c_str());
    }
    void ofTwoWithOneIdTheFirstCounts()
    {
        const Folder folder;
        folder.write("a.step.json", R"({"id": "mine", "command": "first"})");
        folder.write("b.step.json", R"({"id": "mine", "command": "second"})");
        const Declared declared(folder.path());
        QCOMPARE(declared.problems.size(), size_t(1));
        QVERIFY2(declared.problems[0].find("is declared by") != std::string::npos, declared.problems[0].c_str());
        QCOMPARE(declared.registry.find("mine")->manifest->command, Value("first"));
    }
    void anUnknownKeyIsToldAndCostsNothing()
    {
        const Folder folder;
        folder.write("a.step.json", R"({"id": "mine", "command": "first", "titles": "Mine"})");
        const Declared declared(folder.path());
        QCOMPARE(declared.problems.size(), size_t(1));
        QVERIFY2(declared.problems[0].ends_with("\"titles\" has no effect; did you mean \"title\"?"),
                 declared.problems[0].c_str());
        QVERIFY(declared.registry.find("mine"));
    }
    void stepsBesideAPipelineAreFound()
    {
        const Folder folder;
        QVERIFY(QDir(QString::fromStdString(folder.path())).mkpath(QStringLiteral("steps/more")));
        folder.write("steps/a.step.json", R"({"id": "mine", "command": "first"})");
        folder.write("steps/more/b.step.json", R"({"id": "another", "command": "second"})");
        StepRegistry registry;
        QVERIFY(declareSteps(registry, folder.path()).empty());
        QVERIFY(registry.find("mine") && registry.find("another"));
    }
    /// Whoever still looks at what was there before finds it as it was.
    void whatWasHandedOutStaysWhenOthersAreDeclared()
    {
        const Folder one, other;
        one.write("a.step.json", R"({"id": "mine", "command": "first"})");
        other.write("b.step.json", R"({"id": "theirs", "command": "second"})");
        Declared declared(one.path());
        const StepType *mine = declared.registry.find("mine"), *csv = declared.registry.find("read.csv");
        const auto &types = declared.registry.types();
        qputenv("MILLRACE_STEPS", QByteArray::fromStdString(other.path()));
        QVERIFY(declareSteps(declared.registry, {}).empty());
        QVERIFY(!declared.registry.find("mine"));
        QVERIFY(declared.registry.find("theirs"));
        QCOMPARE(mine->id, "mine");
        QCOMPARE(csv->id, "read.csv");
        QVERIFY(std::ranges::any_of(types, [](const StepType &type) { return type.id == "mine"; }));
        StepRegistry copy = declared.registry;
        QVERIFY(copy.find("theirs"));
        QVERIFY(&copy.types() != &declared.registry.types());
        StepType further;
        further.id = "further";
        copy.add(further);
        QVERIFY(copy.find("further") && !declared.registry.find("further"));
        qputenv("MILLRACE_STEPS", QByteArray());
        QVERIFY(declareSteps(copy, {}).empty());
        QVERIFY(copy.find("further") && !copy.find("theirs"));
    }
    void theCommandsPythonMayBeOnesOwn()
    {
        const Folder folder;
        folder.write("a.step.json", R"({"id": "text", "command": "python3 a.py --x", "python": "my env/bin/python3"})");
        folder.write("b.step.json", R"({"id": "list", "command": ["python3", "b.py"], "python": "venv/bin/python3"})");
        const Declared declared(folder.path());
        QVERIFY(declared.problems.empty());
        QCOMPARE(declared.registry.find("text")->manifest->command, Value("'my env/bin/python3' a.py --x"));
        QCOMPARE(toJson(declared.registry.find("list")->manifest->command), R"(["venv/bin/python3","b.py"])");
    }
    void aProgramThatIsNotThereIsToldByTheCheck()
    {
        const Folder folder;
        folder.write("a.step.json", R"({"id": "mine", "command": "./missing"})");
        const Declared declared(folder.path());
        const auto step = declared.registry.find("mine")->create({});
        QVERIFY(step);
        std::vector<StepProblem> problems;
        (*step)->check({}, problems);
        QCOMPARE(problems.size(), size_t(1));
        QVERIFY2(problems[0].text.find("The program \"./missing\" isn't there") != std::string::npos,
                 problems[0].text.c_str());
    }
};

} // namespace tst_manifest

QTEST_GUILESS_MAIN(tst_manifest::TestManifest)
#include "tst_manifest.moc"
