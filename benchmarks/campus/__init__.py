"""What a campus needs: several servers, a cluster, a store, a protocol and jobs, against one plain server."""
