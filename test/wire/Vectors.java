// The bytes that Apache ZooKeeper's own classes give to records; test/wire/vectors.txt is what this prints:
//   java -cp '/usr/share/java/*' test/wire/Vectors.java > test/wire/vectors.txt
// (Debian: zookeeper, default-jdk-headless).
import java.io.*;
import java.util.*;
import org.apache.jute.BinaryOutputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.*;
import org.apache.zookeeper.data.*;
import org.apache.zookeeper.proto.*;
import org.apache.zookeeper.txn.*;

public class Vectors {
  static void put(String name, Record... records) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryOutputArchive archive = BinaryOutputArchive.getArchive(bytes);
    for (Record record : records) record.serialize(archive, "");
    StringBuilder hex = new StringBuilder();
    for (byte b : bytes.toByteArray()) hex.append(String.format("%02x", b));
    System.out.println(name + " " + hex);
  }

  static byte[] bodyOf(Record record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    record.serialize(BinaryOutputArchive.getArchive(bytes), "request");
    return bytes.toByteArray();
  }

  public static void main(String[] args) throws Exception {
    List<ACL> acl = List.of(new ACL(31, new Id("world", "anyone")), new ACL(1, new Id("digest", "me:x=")));
    byte[] data = "data".getBytes();
    Stat stat = new Stat(1L, 2L, 1700000000123L, 1700000000456L, 3, 4, 5, 0x1000000000007L, 4, 6, 7L);
    // No surrogates: jute writes each by itself, in three bytes that are not UTF-8 and that it reads back as something else.
    String path = "/a/\u00e9\u20ac";

    // The read-only byte is not of the record: 3.8's client writes it behind.
    put("handshake", new ConnectRequest(0, 3L, 4000, 5L, new byte[16]));
    put("welcome", new ConnectResponse(0, 4000, 5L, new byte[16]));
    put("create", new RequestHeader(1, 1), new CreateRequest(path, data, acl, 3));
    put("create2", new RequestHeader(2, 15), new CreateRequest(path, null, null, 0));
    put("createTTL", new RequestHeader(3, 21), new CreateTTLRequest(path, data, acl, 5, 5000L));
    put("delete", new RequestHeader(4, 2), new DeleteRequest(path, -1));
    put("exists", new RequestHeader(5, 3), new ExistsRequest(path, true));
    put("getData", new RequestHeader(6, 4), new GetDataRequest(path, false));
    put("setData", new RequestHeader(7, 5), new SetDataRequest(path, data, 9));
    put("getACL", new RequestHeader(8, 6), new GetACLRequest(path));
    put("setACL", new RequestHeader(9, 7), new SetACLRequest(path, acl, 2));
    put("getChildren", new RequestHeader(10, 8), new GetChildrenRequest(path, true));
    put("sync", new RequestHeader(11, 9), new SyncRequest(path));
    put("getChildren2", new RequestHeader(12, 12), new GetChildren2Request(path, false));
    put("check", new RequestHeader(13, 13), new CheckVersionRequest(path, 4));
    put("multi", new RequestHeader(14, 14), new MultiOperationRecord(List.of(
        Op.create("/m", data, acl, CreateMode.PERSISTENT_SEQUENTIAL.toFlag()),
        Op.setData("/m", null, 1), Op.check("/m", 2), Op.delete("/m", -1))));
    put("multiRead", new RequestHeader(15, 22), new MultiOperationRecord(List.of(Op.getData("/m"), Op.getChildren("/"))));
    put("checkWatches", new RequestHeader(16, 17), new CheckWatchesRequest(path, 2));
    put("removeWatches", new RequestHeader(17, 18), new RemoveWatchesRequest(path, 3));
    put("reconfig", new RequestHeader(18, 16), new ReconfigRequest("server.1=a", null, null, -1L));
    put("auth", new RequestHeader(-4, 100), new AuthPacket(0, "digest", data));
    put("setWatches", new RequestHeader(-8, 101), new SetWatches(9L, List.of("/a"), List.of("/b", "/c"), List.of()));
    put("setWatches2", new RequestHeader(-8, 105), new SetWatches2(9L, List.of("/a"), List.of(), List.of("/b"), List.of("/p"), List.of("/q")));
    put("sasl", new RequestHeader(19, 102), new GetSASLRequest(data));
    put("getEphemerals", new RequestHeader(20, 103), new GetEphemeralsRequest("/e"));
    put("getAllChildrenNumber", new RequestHeader(21, 104), new GetAllChildrenNumberRequest("/"));
    put("addWatch", new RequestHeader(22, 106), new AddWatchRequest(path, 1));

    ReplyHeader ok = new ReplyHeader(7, 9L, 0);
    put("reply:error", new ReplyHeader(7, 9L, -101));
    put("reply:create", ok, new CreateResponse(path));
    put("reply:create2", ok, new Create2Response(path, stat));
    put("reply:exists", ok, new ExistsResponse(stat));
    put("reply:getData", ok, new GetDataResponse(data, stat));
    put("reply:getACL", ok, new GetACLResponse(acl, stat));
    put("reply:getChildren", ok, new GetChildrenResponse(List.of("x", path)));
    put("reply:getChildren2", ok, new GetChildren2Response(List.of("x"), stat));
    put("reply:getEphemerals", ok, new GetEphemeralsResponse(List.of("/e")));
    put("reply:getAllChildrenNumber", ok, new GetAllChildrenNumberResponse(12));
    put("reply:addWatch", ok, new ErrorResponse(0));
    put("reply:whoAmI", ok, new WhoAmIResponse(List.of(new ClientInfo("ip", "127.0.0.1"))));
    MultiResponse multi = new MultiResponse();
    multi.add(new OpResult.CreateResult("/m0000000000"));
    multi.add(new OpResult.CreateResult("/m2", stat));
    multi.add(new OpResult.SetDataResult(stat));
    multi.add(new OpResult.CheckResult());
    multi.add(new OpResult.DeleteResult());
    put("reply:multi", ok, multi);
    MultiResponse failed = new MultiResponse();
    failed.add(new OpResult.ErrorResult(0));
    failed.add(new OpResult.ErrorResult(-101));
    failed.add(new OpResult.ErrorResult(-2));
    put("reply:multi", ok, failed);
    put("notification", new ReplyHeader(-1, -1L, 0), new WatcherEvent(3, 3, path));

    long client = 0x1000000000007L, time = 1700000000123L;
    put("txn", new TxnHeader(client, 1, 10L, time, 1), new CreateTxn(path, data, acl, true, 4));
    put("txn", new TxnHeader(client, 2, 11L, time, 15), new CreateTxn(path, null, acl, false, 5));
    put("txn", new TxnHeader(client, 3, 12L, time, 19), new CreateContainerTxn(path, data, acl, 6));
    put("txn", new TxnHeader(client, 4, 13L, time, 21), new CreateTTLTxn(path, data, acl, 7, 5000L));
    put("txn", new TxnHeader(client, 5, 14L, time, 2), new DeleteTxn(path));
    put("txn", new TxnHeader(client, 5, 14L, time, 20), new DeleteTxn(path));
    put("txn", new TxnHeader(client, 6, 15L, time, 5), new SetDataTxn(path, data, 8));
    put("txn", new TxnHeader(client, 7, 16L, time, 7), new SetACLTxn(path, acl, 9));
    put("txn", new TxnHeader(client, 8, 17L, time, -10), new CreateSessionTxn(4000));
    put("txn", new TxnHeader(client, 9, 18L, time, -11), new CloseSessionTxn(List.of("/e", "/f")));
    put("txn", new TxnHeader(client, 9, 18L, time, -11));
    put("txn", new TxnHeader(client, 10, 19L, time, -1), new ErrorTxn(-101));
    put("txn", new TxnHeader(client, 11, 20L, time, 14), new MultiTxn(List.of(
        new Txn(1, bodyOf(new CreateTxn("/m", data, acl, false, 1))),
        new Txn(5, bodyOf(new SetDataTxn("/m", data, 1))),
        new Txn(13, bodyOf(new CheckVersionTxn("/m", 1))),
        new Txn(2, bodyOf(new DeleteTxn("/m"))))));
  }
}
