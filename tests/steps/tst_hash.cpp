// SPDX-License-Identifier: MIT
// The step that gives items fingerprints, which are those of other programs.
#include "expression/values/Digest.h"
#include "steps/StepRunner.h"

#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_hash {

namespace {

Value memberOf(const Value &object, const std::string &name)
{
    const Value *value = object.member(name);
    return value ? *value : Value();
}

} // namespace

class HashTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fingerprintsAreThoseOfOtherPrograms()
    {
        COMPARE_TEXT(digestOf(Digest::Sha256, "abc"),
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        COMPARE_TEXT(digestOf(Digest::Sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        COMPARE_TEXT(digestOf(Digest::Md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
        COMPARE_TEXT(digestOf(Digest::Xxh3, ""), "2d06800538d394c2");
        const auto hashes = [](const std::string &params, const std::string &items) {
            const auto batch = batchOf(items);
            std::string text;
            if (make("hash", params)->process(*batch))
                for (size_t row = 0; row < batch->size(); ++row)
                    text += toPlain(memberOf(batch->item(row), "hash")) + ' ';
            return text;
        };
        COMPARE_TEXT(hashes(R"({"fields": ["a"], "algorithm": "md5"})", R"([{"a":"abc"},{"a":null},{"a":1}])"),
                     digestOf(Digest::Md5, "abc") + "  " + digestOf(Digest::Md5, "1") + ' ');
        COMPARE_TEXT(hashes(R"({"algorithm": "xxh3"})", R"([{"a":"1","b":2}])"),
                     digestOf(Digest::Xxh3, R"(["1",2])") + ' ');
        COMPARE_TEXT(hashes(R"({"fields": ["b", "a"]})", R"([{"a":"1","b":null}])"),
                     digestOf(Digest::Sha256, R"([null,"1"])") + ' ');
        Batch batch; // a number is hashed as it was written
        batch.reset(std::make_shared<const Schema>(std::vector<Field>{{"a", ValueType::Real}}));
        batch.columnToChange(0).appendReal(1.1);
        batch.columnToChange(0).setWritten(0, "1.10");
        batch.setSize(1);
        QVERIFY(make("hash", R"({"fields": ["a"]})")->process(batch));
        COMPARE_TEXT(toPlain(memberOf(batch.item(0), "hash")), digestOf(Digest::Sha256, "1.10"));
    }
};

} // namespace tst_hash

QTEST_GUILESS_MAIN(tst_hash::HashTest)
#include "tst_hash.moc"
