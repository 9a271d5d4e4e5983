// SPDX-License-Identifier: MIT
#include "data/Schema.h"
#include "data/text/NearestName.h"

#include <QTest>

using namespace millrace;

namespace tst_nearest_name {

class TestNearestName : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void edits()
    {
        QCOMPARE(editDistance("", ""), size_t(0));
        QCOMPARE(editDistance("abc", ""), size_t(3));
        QCOMPARE(editDistance("price", "prcie"), size_t(1)); // neighbours exchanged
        QCOMPARE(editDistance("kitten", "sitting"), size_t(3));
    }
    void theNearestIsFound()
    {
        const std::vector<std::string> names{"cents", "quantity", "Country"};
        QCOMPARE(nearestName("cent", names), std::string("cents"));
        QCOMPARE(nearestName("country", names), std::string("Country"));
        QCOMPARE(nearestName("qauntity", names), std::string("quantity"));
        QCOMPARE(nearestName("status", names), std::string());
        QCOMPARE(nearestName("", names), std::string());
        QCOMPARE(nearestName("x", {"y"}), std::string());
        QCOMPARE(nearestName(std::string(1000, 'a'), {std::string(1001, 'a')}), std::string());
    }
    void aSchemaKnowsItsNearestField()
    {
        const Schema schema({{"cents", ValueType::Integer}, {"status", ValueType::Text}});
        QCOMPARE(schema.nearest("sttus"), std::string("status"));
        QCOMPARE(schema.nearest("zzz"), std::string());
    }
};

} // namespace tst_nearest_name

QTEST_APPLESS_MAIN(tst_nearest_name::TestNearestName)
#include "tst_nearest_name.moc"
