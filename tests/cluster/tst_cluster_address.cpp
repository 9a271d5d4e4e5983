// SPDX-License-Identifier: MIT
#include "cluster/ClusterAddress.h"

#include <QTest>

using namespace millrace;

namespace tst_cluster_address {

class TestClusterAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allPartsAreRead()
    {
        const auto read = clusterAddressFrom("redis://ann:s%40cret@queue.example:6400/night-1");
        QVERIFY(read);
        QCOMPARE(*read, (ClusterAddress{"queue.example", 6400, "ann", "s@cret", "night-1"}));
        QCOMPARE(read->server(), std::string("queue.example:6400"));
        QCOMPARE(read->shown(), std::string("redis://ann@queue.example:6400/night-1"));
    }
    void whatIsLeftOutIsTheUsual()
    {
        QCOMPARE(*clusterAddressFrom("redis://h/r"), (ClusterAddress{"h", 6379, "", "", "r"}));
        QCOMPARE(*clusterAddressFrom("redis://h"), (ClusterAddress{"h", 6379, "", "", ""}));
        QCOMPARE(*clusterAddressFrom("redis://:key@[::1]:7000/"), (ClusterAddress{"::1", 7000, "", "key", ""}));
        QCOMPARE(clusterAddressFrom("redis://[::1]/r")->server(), std::string("[::1]:6379"));
    }
    void whatIsWrongIsSaid_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("another scheme") << QByteArray("http://h/r") << QByteArray("doesn't begin with redis://");
        QTest::newRow("no host") << QByteArray("redis:///r") << QByteArray("has no host");
        QTest::newRow("a port that is none") << QByteArray("redis://h:70000/r") << QByteArray("\"70000\" is no port");
        QTest::newRow("an empty port") << QByteArray("redis://h:/r") << QByteArray("is no port");
        QTest::newRow("an open bracket") << QByteArray("redis://[::1/r") << QByteArray("bracket");
        QTest::newRow("a name with a brace") << QByteArray("redis://h/a}b") << QByteArray("its run's name");
        QTest::newRow("a half escape") << QByteArray("redis://u:%4@h/r") << QByteArray("USER:SECRET");
    }
    void whatIsWrongIsSaid()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, said);
        const auto read = clusterAddressFrom(text.toStdString());
        QVERIFY(!read);
        QVERIFY2(read.error().message.find(said.toStdString()) != std::string::npos, read.error().message.c_str());
    }
    void noSecretStandsInWhatIsSaid()
    {
        const auto read = clusterAddressFrom("redis://ann:topsecret@h:x/r");
        QVERIFY(!read);
        QVERIFY2(read.error().message.find("topsecret") == std::string::npos, read.error().message.c_str());
    }
};

} // namespace tst_cluster_address

using tst_cluster_address::TestClusterAddress;
QTEST_GUILESS_MAIN(TestClusterAddress)
#include "tst_cluster_address.moc"
