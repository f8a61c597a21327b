-- Does Redis let us do what the limits need? It tells the time and keeps what it is told.
redis.call('SET', KEYS[1], redis.call('TIME')[1], 'PX', 60000)
return 1
